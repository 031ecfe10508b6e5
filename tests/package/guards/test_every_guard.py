"""Whatever stops an audience before its first write is foretold by check and plan, word by word."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import loader.model.checks
from dbt_process import DbtProcess
from loader.model.checks.guards import LOSSES
from sandbox_process import SandboxProcess
from shop import Shop

AT = "@people.example.com"
PEOPLE = 12  # more than may always leave
NEWS = [{"title": "News", "interests": ["Art"]}]


class Stop(NamedTuple):
    """What stops an audience, and before that what it selects, is, and has on its list.

    Attributes:
        columns: what it selects besides the address and the consent; `word` is 'a' at first.
        switches: structs of booleans, which it selects instead.
        meta: its configuration.
        of_list: the settings of its list.
        change: what becomes of its table when it was sent; of what was not sent, nothing.
    """

    columns: str = "word"
    switches: dict[str, dict[str, str]] = {}  # noqa: RUF012 - nobody changes it
    meta: dict[str, Any] = {}  # noqa: RUF012 - nobody changes it
    of_list: dict[str, Any] = {}  # noqa: RUF012 - nobody changes it
    change: str | None = None


PERMISSIONS = {"marketing_permissions": {"Email": "word = 'a'", "Post": "word = 'b'"}}
STOPS = {
    # what was never sent
    "twin_a": Stop(meta={"segment": "Twins"}),
    "twin_b": Stop(meta={"segment": "Twins"}),
    "other_type": Stop(of_list={"merge_fields": [{"tag": "WORD", "name": "x", "type": "number"}]}),
    "no_field": Stop(meta={"merge_fields": "require"}),
    "too_many_fields": Stop(of_list={"merge_field_limit": 4}),
    "no_interest": Stop(switches={"interests": {"Music": "true"}}),
    "no_permissions": Stop(switches=PERMISSIONS),
    "no_permission": Stop(switches=PERMISSIONS, of_list={"marketing_permissions": ["Email"]}),
    "foreign_segment": Stop(meta={"segment": "Foreign"}),
    "tagging": Stop("array['Kept'] as tags"),
    "kept": Stop(meta={"segment": "Kept", "targets": ["prod"]}),
    "unread_mirror": Stop(meta={"mirror": True}),
    "unknown_mirror": Stop(meta={"mirror": True}),
    "unbuilt": Stop("not_there"),
    "no_list": Stop(),
    "first": Stop(),
    "unfinished": Stop("word as extra"),
    # what was sent, and changed
    "made_anew": Stop(change="word = word"),
    "leaves": Stop(meta={"on_leave": "archive"}, change="email_address = null"),
    "withdrawals": Stop(change="marketing_consent = false"),
    "address": Stop("'p' || number as person_id", change="email_address = 'b' || email_address"),
    "tag": Stop("array[word] as tags", change="word = 'b'"),
    "segment": Stop(
        meta={"contacts": "none", "segment": "Readers"}, change="marketing_consent = null"
    ),
    "value": Stop(meta={"nulls": "clear"}, change="word = null"),
    "interest": Stop(
        switches={"interests": {"Art": "word = 'a'"}},
        of_list={"interest_categories": NEWS},
        change="word = 'b'",
    ),
    "permission": Stop(
        switches=PERMISSIONS,
        of_list={"marketing_permissions": ["Email", "Post"]},
        change="word = 'b'",
    ),
}
SENT = [name for name, stop in STOPS.items() if stop.change is not None]
ON_ONE_LIST = {"twin_b": "twin_a", "kept": "tagging"}
HAS_PEOPLE = ("first", "segment", "no_permission", "unknown_mirror")


class Told(NamedTuple):
    """What is said of each audience: by sync, by plan, and by check; and what was written."""

    sync: dict[str, str]
    plan: dict[str, list[str]]
    check: dict[str, list[str]]
    writes: dict[str, int]


@pytest.fixture(scope="module")
def stopped(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """An audience for each stop, and everything is in its way."""
    shop = Shop(tmp_path_factory.mktemp("stopped"), dbt, sandbox)
    lists = {name: sandbox.new_list(**one.of_list) for name, one in STOPS.items()}
    lists |= {name: lists[other] for name, other in ON_ONE_LIST.items()}
    lists["no_list"] = "nowhere01"
    for name, stop in STOPS.items():
        people(shop, name)
        structs = [f"{shop.struct(on)} as {column}" for column, on in stop.switches.items()]
        columns = ", ".join(structs) or stop.columns
        select = f"select email_address, marketing_consent, {columns} from {name}_people"
        shop.audience(name, select, list_id=lists[name], **stop.meta)
    for name in HAS_PEOPLE:
        members = [{"email_address": f"person{number}{AT}"} for number in range(PEOPLE)]
        sandbox.put(lists[name], *members)
    segment = {"name": "Foreign", "static_segment": []}
    sandbox.must("POST", f"/lists/{lists['foreign_segment']}/segments", segment)
    shop.try_dbt("run")
    selected = [word for name in SENT for word in ("--select", name)]
    shop.sync("--allow-first-sync", *selected)
    shop.loader("pull", "--select", lists["unknown_mirror"])

    for name, stop in STOPS.items():
        if stop.change is not None:
            shop.sql(f"update {name}_people set {stop.change}")
    make_anew(shop, lists["made_anew"], "WORD", "url")
    shop.dbt("run", "--select", *SENT)
    (row,) = shop.query("select configuration from loader_audiences where audience = 'unfinished'")
    fewer = json.dumps(json.loads(row["configuration"]) | {"merge_fields": []})
    shop.sql(f"update loader_audiences set configuration = '{fewer}' where audience = 'unfinished'")
    return shop


@pytest.fixture(scope="module")
def told(stopped: Shop) -> Told:
    stopped.forget_requests()
    checked = stopped.loader("check").out.splitlines()
    planned = json.loads(stopped.loader("plan", "--json").out)
    stopped.loader("sync")
    report = json.loads((stopped.folder / "target/loader_run_results.json").read_text())
    messages = {one["audience"]: one["message"] for one in report["audiences"]}
    plan = {one["audience"]: [one["error"], *one["stops"]] for one in planned["audiences"]}
    lines = [line[len("FAIL  ") :].partition(": ") for line in checked]
    return Told(
        sync=messages | report["unsent"],
        plan=plan | {name: [why] for name, why in planned["unsent"].items()},
        check={name: [text for one, _, text in lines if one == name] for name in STOPS},
        writes=stopped.writes(),
    )


def people(shop: Shop, name: str) -> None:
    shop.sql(
        f"create table {name}_people as select range as number, 'a' as word,"
        f" 'person' || range || '{AT}' as email_address, true as marketing_consent"
        f" from generate_series(0, {PEOPLE - 1}) as numbers(range)"
    )


def make_anew(shop: Shop, list_id: str, tag: str, kind: str) -> None:
    """Make a merge field into one of another type, as somebody does in Mailchimp."""
    path = f"/lists/{list_id}/merge-fields"
    fields = shop.sandbox.get(path, count=100)["merge_fields"]
    (number,) = (field["merge_id"] for field in fields if field["tag"] == tag)
    shop.sandbox.must("DELETE", f"{path}/{number}")
    shop.sandbox.must("POST", path, {"tag": tag, "name": tag, "type": kind})


def raised() -> Iterator[tuple[str, str]]:
    """Where `loader/model/checks` stops an audience, and what its message looks like."""
    for path in sorted(Path(loader.model.checks.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                (message,) = node.exc.args
                assert isinstance(message, ast.JoinedStr)
                parts = (
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*"
                    for part in message.values
                )
                yield f"{path.name}:{node.lineno}", "".join(parts)


def test_whatever_the_checks_can_say_stops_an_audience_here(told: Told) -> None:
    messages = list(told.sync.values())
    unheard = [
        place for place, words in raised() if not any(re.fullmatch(words, one) for one in messages)
    ]
    assert unheard == []
    assert [kind for kind, words in LOSSES.items() if words not in told.sync[kind]] == []


@pytest.mark.parametrize("name", STOPS)
def test_what_stops_an_audience_is_foretold_in_the_same_words(told: Told, name: str) -> None:
    said = told.sync[name]
    assert said
    assert said in told.plan[name]
    own = said.removeprefix(f"{name}: ")
    assert any(own in line for line in told.check[name]), told.check[name]


def test_nothing_was_written(told: Told) -> None:
    assert told.writes == {}


def test_a_schedule_that_is_none_stops_its_audience_and_check_says_whose_it_is(
    told: Told, stopped: Shop
) -> None:
    assert told.writes == {}
    never = """'"schedule": *null', '"schedule": "at noon"'"""
    stopped.sql(
        "update loader_audiences set status = 'error' where audience <> 'first'",
        f"update loader_audiences set configuration = regexp_replace(configuration, {never})",
    )
    said = "its schedule 'at noon' is not a cron expression of five fields"
    for command in ("sync", "plan"):
        ended = stopped.loader(command)
        assert f"first: not sent: {said}" in ended.out
        assert ended.exit_code != 0
    assert f"FAIL  first: {said}" in stopped.loader("check").out
