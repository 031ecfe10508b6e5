"""`loader plan --against`: what the build of a pull request would do to the lists of production."""

import hashlib
import html
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from command_line import Printed
from dbt_process import DbtProcess, write_profiles
from loader.warehouse.other_target import HISTORY
from sandbox_process import SandboxProcess
from shop import Shop

BUILDS = ("beside", "apart")
PEOPLE = """
create table people as
select
    'p' || range || '@shop.de' as email_address,
    'n' || range as person_id,
    range % 3 as part,
    'Ada' as fname,
    array['vip'] as tags,
    true as marketing_consent
from generate_series(0, 17) as numbers(range)
"""
CHANGES = (
    "delete from people where person_id in ('n0', 'n3')",
    "update people set email_address = 'moved@shop.de' where person_id = 'n1'",
    "update people set marketing_consent = false where person_id = 'n2'",
    "update people set fname = null where part = 1",
    "update people set tags = array['vip', 'Größe \"XL\"'] where person_id = 'n4'",
    "insert into people values ('new@shop.de', 'n99', 1, 'Eva', array[]::varchar[], true)",
)
READERS = "select email_address, person_id, fname, marketing_consent from main.people"
TAGGED = "select email_address, tags, marketing_consent from main.people where part < 2"
GUESTS = "select email_address, marketing_consent from main.people where part = 2"


def targets(shop: Shop, **more: dict[str, Any]) -> None:
    """Production, the builds of pull requests, and what was never built."""
    own = shop.database.output
    schemas = {"beside": "pull request", "partly": "partly", "empty": "never built"}
    others = {name: own | {"schema": schema} for name, schema in schemas.items()}
    nowhere = own | {"path": "nowhere.duckdb"}
    write_profiles(shop.folder, prod=own, **others, nowhere=nowhere, **more)


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """Production has been sent; a pull request changes much, and is built twice."""
    shop = Shop(tmp_path_factory.mktemp("against"), dbt, sandbox)
    shop.sql(PEOPLE)
    targets(shop)
    own = {"on_leave": "unsubscribe", "nulls": "clear", "targets": ["prod"]}
    shop.audience("readers", READERS, segment="Readers", **own)
    shop.audience("tagged", TAGGED, on_leave="archive", targets=["prod"])
    shop.audience("guests", GUESTS, segment="Guests", **own)
    shop.dbt("run")
    shop.sync()
    shop.sandbox.must(
        "PATCH", f"/lists/{shop.list_id}/members/p9@shop.de", {"status": "unsubscribed"}
    )
    emptied = {"merge_fields": {"FNAME": ""}}
    shop.sandbox.must("PATCH", f"/lists/{shop.list_id}/members/p7@shop.de", emptied)
    shop.sandbox.control("POST", "/clock", {"advance": 5})  # what changes in its second is unsure
    assert shop.loader("pull", "--select", shop.list_id).exit_code == 0
    shop.sql(*CHANGES)
    targets(shop, apart=shop.database.apart("people"))
    shop.remove("guests")
    for target in BUILDS:
        shop.dbt("run", "--target", target)
    shop.dbt("run", "--target", "partly", "--select", "readers")
    return shop


@pytest.fixture(scope="module")
def merged(kept: Shop) -> dict[str, Any]:
    """What production plans when the pull request is merged; it is as before then."""
    kept.keep()
    kept.dbt("run")
    told = as_json(kept.loader("plan", "--json"))
    kept.put_back()
    return told


@pytest.fixture
def shop(kept: Shop, merged: dict[str, Any]) -> Shop:
    assert merged
    kept.put_back()
    return kept


def as_json(ended: Printed) -> dict[str, Any]:
    assert ended.exit_code == 0, ended.output
    found: dict[str, Any] = json.loads(ended.out)
    return found


def against(shop: Shop, build: str, *options: str) -> dict[str, Any]:
    """What a build is told of what it would do to production."""
    return as_json(shop.loader("plan", "--json", "--target", build, "--against", "prod", *options))


def unasked(shop: Shop, build: str) -> dict[str, Any]:
    """The same where nobody can ask Mailchimp."""
    options = ("plan", "--json", "--target", build, "--against", "prod")
    return as_json(shop.loader(*options, MAILCHIMP_API_KEY=None))


def of_production(shop: Shop) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table and the text of every view in the schema of production."""
    names = shop.query(
        "select table_name as name from information_schema.tables where table_schema = 'main'"
    )
    return {one["name"]: shop.rows(f'main."{one["name"]}"') for one in names}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("build", BUILDS)
def test_the_plan_against_production_is_that_of_production_after_the_merge(
    shop: Shop, build: str, merged: dict[str, Any]
) -> None:
    told = against(shop, build)
    assert told["audiences"] == merged["audiences"]
    readers, tagged = told["audiences"]
    assert readers["deeds"] == {
        "changes": 4,  # a fifth is as wanted, as production has pulled
        "changes_of_address": 1,
        "joins": 1,
        "leaves": 2,
        "withdrawals": 1,
    }
    assert readers["segments"]["Readers"]["taken"] == 3
    assert tagged["tags"]['Größe "XL"'] == {"given": 1, "taken": 0}
    assert shop.writes() == {}


@pytest.mark.parametrize("build", BUILDS)
def test_nothing_is_written_to_the_other_target(shop: Shop, build: str) -> None:
    before = of_production(shop)
    assert len(before["loader_ledger"]) > 50
    against(shop, build)
    unasked(shop, build)
    assert of_production(shop) == before


@pytest.mark.duckdb_only("bytes of the file")
def test_not_a_byte_is_written_to_the_file_of_another_target(shop: Shop) -> None:
    file = digest(shop.folder / "shop.duckdb")
    against(shop, "apart")
    unasked(shop, "apart")
    assert digest(shop.folder / "shop.duckdb") == file


@pytest.mark.parametrize("build", BUILDS)
def test_without_credentials_it_is_planned_with_what_production_read_last(
    shop: Shop, build: str, merged: dict[str, Any]
) -> None:
    shop.sandbox.must(
        "PATCH", f"/lists/{shop.list_id}/members/p6@shop.de", {"status": "unsubscribed"}
    )
    shop.forget_requests()
    told = unasked(shop, build)
    assert sum(shop.sandbox.requests()["by_route"].values()) == 0
    names = ("deeds", "reasons", "segments", "tags", "operations", "to_make", "before", "after")
    pairs = zip(told["audiences"], merged["audiences"], strict=True)
    assert [[one[name] for name in names] for one, _ in pairs] == [
        [one[name] for name in names] for one in merged["audiences"]
    ]
    assert "There are no credentials, so Mailchimp was not asked" in told["notes"][0]
    asked = against(shop, build)
    assert "no credentials" not in asked["notes"][0]
    assert asked["audiences"][0]["before"]["unsubscribed"] == 2
    assert told["audiences"][0]["before"]["unsubscribed"] == 1


def test_an_audience_that_the_build_has_not_is_told_with_what_it_leaves(shop: Shop) -> None:
    behind = [against(shop, build)["left_behind"] for build in BUILDS]
    for (left,) in behind:
        assert (left["audience"], left["command"]) == ("guests", "loader retire guests")
        assert "it is in prod and not in this build" in left["said"]
        assert "the segment or tag 'Guests'" in left["said"]
    assert against(shop, "partly", "--select", "readers")["left_behind"] == behind[0]


def test_an_audience_that_was_not_built_keeps_wanting_whom_it_wants_in_production(
    shop: Shop,
) -> None:
    told = against(shop, "partly")
    (readers,) = told["audiences"]
    assert told["unsent"] == {"tagged": "dbt has not built it yet; run dbt"}
    assert "leaves" not in readers["deeds"]
    assert readers["staying"] == {"tagged": 3}  # two are gone, and one has another address


def test_a_guard_of_production_is_told_and_its_targets_stop_nothing(shop: Shop) -> None:
    assert "would stop" in shop.loader("plan", "--target", "apart").out
    lost = READERS.replace("fname", "cast(null as varchar) as fname")
    shop.audience("readers", lost, segment="Readers", nulls="clear", targets=["prod"])
    shop.dbt("run", "--target", "apart", "--select", "readers")
    readers, tagged = against(shop, "apart")["audiences"]
    assert tagged["stops"] == []
    (stop,) = readers["stops"]
    assert "FNAME" in stop


@pytest.mark.parametrize("build", BUILDS)
def test_a_pause_in_production_is_told_and_one_of_the_build_is_not(shop: Shop, build: str) -> None:
    shop.loader("pause", "readers", "--reason", "the CRM moves")
    shop.loader("pause", "tagged", "--reason", "a rehearsal", "--target", build)
    readers, tagged = against(shop, build)["audiences"]
    assert ["the CRM moves" in stop for stop in readers["stops"]] == [True]
    assert (tagged["stops"], readers["is_sent"], tagged["is_sent"]) == ([], False, True)


def test_people_in_markdown_are_shortened_unless_they_are_asked_for(shop: Shop) -> None:
    options = ("plan", "--target", "apart", "--against", "prod", "--markdown", "--sample", "3")
    told = html.unescape(shop.loader(*options).out)
    assert "shop.de" not in told
    assert "n99" not in told
    assert "n…@s….de: joins" in told
    assert "Planned against the target prod" in told
    assert "new@shop.de: joins" in html.unescape(shop.loader(*options, "--show-addresses").out)


READING = """
import duckdb, sys
with duckdb.connect("shop.duckdb", read_only=sys.argv[1] == "reads"):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.mark.duckdb_only("lock of the file")
@pytest.mark.parametrize(("holder", "exit_code"), [("reads", 0), ("writes", 3)])
def test_another_process_may_read_production_meanwhile(
    shop: Shop, holder: str, exit_code: int
) -> None:
    command = [sys.executable, "-c", READING, holder]
    with subprocess.Popen(
        command, cwd=shop.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        options = ("plan", "--target", "apart", "--against", "prod", "--lock-timeout", "0")
        ended = shop.loader(*options)
        process.communicate()
    assert ended.exit_code == exit_code, ended.output
    assert ("is held by process" in ended.err) == bool(exit_code)


WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "the same target": (("--target", "prod"), "names the target that the plan is made from"),
    "no such target": (("--against", "production"), "has no target 'production'"),
    "a schema without tables": (("--against", "empty"), "has no tables of the loader"),
    "no file": (("--against", "nowhere"), "There is no DuckDB file"),
    "with a file": (("--out", "plan.json"), "takes no --out and no --due"),
    "with a schedule": (("--due",), "takes no --out and no --due"),
}


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(one, marks=pytest.mark.duckdb_only("a file") if one == "no file" else ())
        for one in WRONG
    ],
)
def test_what_cannot_be_compared_is_told_before_anything_is_read(shop: Shop, wrong: str) -> None:
    options, said = WRONG[wrong]
    ended = shop.loader("plan", "--target", "apart", "--against", "prod", *options)
    assert (ended.exit_code, ended.out) == (2, ""), ended.output
    assert said in ended.err
    assert sum(shop.sandbox.requests()["by_route"].values()) == 0


def test_tables_of_another_version_are_not_compared(shop: Shop) -> None:
    shop.sql("update loader_schema_version set version = 2")
    ended = shop.loader("plan", "--target", "apart", "--against", "prod")
    assert (ended.exit_code, "has tables of version 2" in ended.err) == (2, True), ended.output


def test_a_history_has_the_columns_that_are_copied(shop: Shop) -> None:
    assert shop.database.columns("readers__history") == [*HISTORY, "dbt_valid_to"]
