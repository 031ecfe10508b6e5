"""What stays behind when an audience changes its places or goes: every moment, in every command."""

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

WHO = ("ada", "bob", "old")  # the last was on the list before
SELECT = "select email_address, true as marketing_consent from people where moment = '{name}'"
NOBODY = f"{SELECT} and false"
ONLY_ADA = f"{SELECT} and email_address like 'ada%'"
TAGGED = SELECT.replace("true as", "array['{name} Gold'] as tags, true as")
AS_TAG = SELECT.replace("true as", "array['{name} READERS'] as tags, true as")
USUAL = {"segment": "{name} Readers", "on_leave": "archive"}
Config = Mapping[str, Any]
Left = dict[str, tuple[int, list[str]]]


@dataclass(frozen=True)
class Moment:
    """What an audience was, what becomes of it, and what then stays behind on its list.

    Attributes:
        contacts, segment: what stays behind; `{name}` is the name of the moment.
        first: its SQL and configuration.
        then: the same afterwards; none where its file is deleted.
        other: an audience of the same people and list that is there afterwards.
        lists: how many lists it is on; all but the last are those that it leaves.
    """

    contacts: int = 0
    segment: str | None = None
    first: tuple[str, Config] = (SELECT, USUAL)
    then: tuple[str, Config] | None = None
    other: tuple[str, Config] | None = None
    lists: int = 1
    is_moved: bool = False
    is_disabled_in_dbt: bool = False


READERS = "{name} Readers"
MOMENTS = {
    "untouched": Moment(then=(SELECT, USUAL)),
    "moved": Moment(2, READERS, then=(SELECT, USUAL), is_moved=True),
    "one_of_two_lists": Moment(2, READERS, then=(SELECT, USUAL), lists=2, is_moved=True),
    "segment": Moment(0, READERS, then=(SELECT, USUAL | {"segment": "Others"})),
    "no_segment": Moment(0, READERS, then=(SELECT, {"on_leave": "archive"})),
    "contacts_none": Moment(2, then=(SELECT, USUAL | {"contacts": "none"})),
    "contacts_update": Moment(then=(SELECT, USUAL | {"contacts": "update"})),
    "no_tags": Moment(0, "{name} Gold", first=(TAGGED, {}), then=(SELECT, {})),
    "switched_off": Moment(then=(SELECT, USUAL | {"enabled": False})),
    "disabled_in_dbt": Moment(2, READERS, is_disabled_in_dbt=True),
    "deleted": Moment(2, READERS),
    "deleted_kept": Moment(2, READERS, first=(SELECT, {"segment": READERS})),
    "deleted_empty": Moment(0, READERS, first=(NOBODY, USUAL)),
    "deleted_wanted": Moment(1, READERS, other=(ONLY_ADA, {})),
    "deleted_updated": Moment(2, READERS, other=(SELECT, {"contacts": "update"})),
    "renamed": Moment(other=(SELECT, USUAL)),
    "renamed_of_fewer": Moment(other=(ONLY_ADA, USUAL)),
    "renamed_as_tag": Moment(other=(AS_TAG, {})),
    "renamed_bare": Moment(0, READERS, other=(SELECT, {})),
}
BEHIND: Left = {
    name: (one.contacts, [one.segment.format(name=name)] if one.segment else [])
    for name, one in MOMENTS.items()
    if one.contacts or one.segment
}


@dataclass(frozen=True)
class Changed:
    """A shop in which every moment has come, and what dbt printed then."""

    shop: Shop
    printed: str


def write(
    shop: Shop, name: str, moment: str, model: tuple[str, Config], lists: list[str], **more: object
) -> None:
    """Write the file of an audience of the people of a moment."""
    sql, config = model
    mappings = [{"list_id": one, "consent": "assumed", **config} for one in lists]
    text = f"{{{{ config(meta={{'mailchimp': {mappings!r}}}, **{more!r}) }}}}\n{sql}\n"
    path = shop.folder / f"models/{name}.sql"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.replace("{name}", moment))


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Changed:
    shop = Shop(tmp_path_factory.mktemp("moments"), dbt, sandbox)
    here, there = shop.list_id, sandbox.new_list()
    rows = [(name, f"{who}.{name}@people.example.com") for name in MOMENTS for who in WHO]
    values = ", ".join(map(repr, rows))
    shop.sql(
        f"create table people as select * from (values {values}) as people (moment, email_address)"
    )
    olds = [address for _, address in rows if address.startswith("old")]
    sandbox.put(here, *({"email_address": one, "status": "subscribed"} for one in olds))
    for name, one in MOMENTS.items():
        write(shop, name, name, one.first, [here, there][: one.lists])
    shop.dbt("run")
    shop.sync("--allow-first-sync")
    for name, one in MOMENTS.items():
        if one.then is not None:
            write(shop, name, name, one.then, [there if one.is_moved else here])
        elif one.is_disabled_in_dbt:
            write(shop, name, name, one.first, [here], enabled=False)
        else:
            shop.remove(name)
        if one.other is not None:
            write(shop, f"other_than_{name}", name, one.other, [here])
    printed = shop.dbt("run")
    shop.keep()
    return Changed(shop, printed)


@pytest.fixture
def changed(kept: Changed) -> Changed:
    kept.shop.put_back()
    return kept


def of_json(changed: Changed, *command: str) -> Left:
    """What a command tells machines."""
    told = json.loads(changed.shop.loader(*command, "--json").out)["left_behind"]
    assert {one["list_id"] for one in told} <= {changed.shop.list_id}
    return {one["audience"]: (one["contacts"], one["segments"]) for one in told}


def plain(printed: str) -> str:
    """A text without what Markdown has beside it."""
    return html.unescape(printed.replace("<code>", "").replace("</code>", ""))


def of_ls(changed: Changed) -> Left:
    rows = json.loads(changed.shop.loader("ls", "--json").out)
    behind = [row for row in rows if row["retire"]]
    assert {row["list_id"] for row in behind} <= {changed.shop.list_id}
    return {row["audience"]: (row["contacts_left"], row["segments_left"]) for row in behind}


TOLD: dict[str, Callable[[Changed], Left]] = {
    "ls": of_ls,
    "plan": lambda changed: of_json(changed, "plan"),
    "sync": lambda changed: of_json(changed, "sync", "--allow-first-sync"),
}
COMMANDS = ("check", "ls", "plan", "plan --markdown", "sync")


def test_machines_are_told_the_same_by_every_command(changed: Changed) -> None:
    found = {name: told(changed) for name, told in TOLD.items()}
    assert found == dict.fromkeys(TOLD, BEHIND)


def test_people_are_told_the_same_by_every_command(changed: Changed) -> None:
    rows = changed.shop.query("select audience, list_id, said from loader_left_behind")
    said = {f"{row['audience']}: {row['said']}" for row in rows}
    assert {row["audience"] for row in rows} == set(BEHIND)
    printed = {name: changed.shop.loader(*name.split()).out for name in COMMANDS}
    printed["dbt run"] = changed.printed
    found = {name: {one for one in said if one in plain(text)} for name, text in printed.items()}
    assert found == dict.fromkeys(printed, said)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "deleted",
            (
                "2 contacts and the segment 'deleted Readers' stay behind on the list {};"
                " `loader retire deleted` removes them"
            ),
        ),
        (
            "deleted_kept",
            (
                "2 contacts and the segment 'deleted_kept Readers' stay behind on the list {};"
                " `loader retire deleted_kept --on-leave archive` removes them"
                " (or unsubscribe instead of archive)"
            ),
        ),
        (
            "no_tags",
            (
                "the segment 'no_tags Gold' stays behind on the list {};"
                " `loader retire no_tags` removes it"
            ),
        ),
    ],
)
def test_the_sentence_names_the_command(kept: Changed, name: str, words: str) -> None:
    (row,) = kept.shop.query(f"select said from loader_left_behind where audience = '{name}'")
    assert row["said"] == words.format(kept.shop.list_id)


COUNTED = (
    *("counts", "settled", "reasons", "staying"),
    *("given_up", "gives_up", "deleted", "exit_code"),
)
REMOVED = "select audience from loader_audiences where status = 'removed'"


def retired(shop: Shop, name: str, *arguments: str) -> dict[str, Any]:
    """What a retirement or its plan tells machines in numbers."""
    ended = shop.loader("retire", name, "--json", *arguments)
    assert ended.exit_code == 0, ended.output
    (one,) = json.loads(ended.out)["audiences"]
    return {key: one[key] for key in COUNTED}


def traces(shop: Shop) -> list[object]:
    """Everything that a write would change, in Mailchimp and in the warehouse."""
    tables = ("loader_ledger", "loader_acks", "loader_runs", "loader_segments")
    rows = [sorted(map(repr, shop.query(f"select * from {table}"))) for table in tables]
    return [*rows, shop.sandbox.members(shop.list_id), shop.writes()]


def test_a_plan_of_a_retirement_writes_nothing_and_foretells_it_and_then_nothing_is_told(
    changed: Changed,
) -> None:
    shop = changed.shop
    # what they left is there still; who is read has a last change
    before = traces(shop)
    told = {name: retired(shop, name, "--plan", "--on-leave", "archive") for name in BEHIND}
    assert traces(shop) == before

    found = {name: retired(shop, name, "--on-leave", "archive") for name in BEHIND}
    assert found == told
    archived = {
        name: (one["counts"].get("archive", {}).get("accepted", 0), one["deleted"])
        for name, one in found.items()
    }
    assert archived == BEHIND
    assert of_ls(changed) == of_json(changed, "sync") == {}
    assert "behind" not in shop.dbt("run")
    # who left the project with nothing on a list is not named any more
    left = {row["audience"] for row in shop.query(REMOVED)}
    assert left >= {"deleted", "deleted_kept", "disabled_in_dbt", "renamed"}
    printed = " ".join(plain(shop.loader(*name.split()).out) for name in COMMANDS)
    # their segments have names that begin with theirs, and others have them now
    assert {name for name in left if re.search(rf"\b{name}\b(?! Readers)", printed)} == set()


def test_who_stays_in_a_retirement_is_not_ours_any_more_and_that_is_told(changed: Changed) -> None:
    shop, name = changed.shop, "deleted_kept"
    told = retired(shop, name, "--plan")
    assert retired(shop, name) == told
    assert (told["gives_up"], told["given_up"]) == (2, 0)
    assert name not in of_ls(changed)

    write(shop, name, name, (SELECT, USUAL), [shop.list_id])
    shop.dbt("run", "--select", name)
    sentence = "2 contacts stay when they leave: `loader retire --on-leave keep` released them"
    for command in ("plan --allow-first-sync", "sync --allow-first-sync", "sync"):
        said = shop.loader(*command.split(), "--select", name).out
        assert said.count(sentence) == 1, command
    rows = json.loads(shop.loader("ls", "--json").out)
    given_up = {row["audience"]: row["given_up"] for row in rows if row.get("given_up")}
    assert given_up == {name: 2}
    write(shop, name, name, (NOBODY, USUAL), [shop.list_id])
    shop.dbt("run", "--select", name)
    shop.sync("--allow-leaves", "--select", name)
    statuses = {key: one["status"] for key, one in shop.members().items() if f".{name}@" in key}
    assert set(statuses.values()) == {"subscribed"}


def test_who_is_wanted_by_an_audience_that_was_never_sent_is_still_ours(changed: Changed) -> None:
    shop, name = changed.shop, "deleted_wanted"
    other = f"other_than_{name}"
    retired(shop, name, "--on-leave", "archive")
    write(shop, other, name, (ONLY_ADA, {"on_leave": "archive"}), [shop.list_id])
    shop.dbt("run", "--select", other)
    shop.sync("--allow-first-sync", "--select", other)
    write(shop, other, name, (NOBODY, {"on_leave": "archive"}), [shop.list_id])
    shop.dbt("run", "--select", other)
    shop.sync("--allow-first-sync", "--select", other)
    statuses = {
        key.split(".")[0]: one["status"]
        for key, one in shop.members().items()
        if f".{name}@" in key
    }
    assert statuses == {"ada": "archived", "bob": "archived", "old": "subscribed"}
