"""What an audience put in a place that it no longer has stays until somebody retires it."""

from typing import NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

ADA, BOB, EVE, OLD = (f"{name}@people.example.com" for name in ("ada", "bob", "eve", "old"))
PEOPLE = f"""
    create table people as select * from (values
        ('{ADA}', 'Ada'), ('{BOB}', 'Bob'), ('{OLD}', 'Old')
    ) as people (email_address, fname)
"""
CROWD = """
    create table crowd as
    select 'p' || range || '@people.example.com' as email_address
    from generate_series(0, 10) as numbers(range)
"""
SELECT = "select *, true as marketing_consent from people"


class Deleted(NamedTuple):
    """A shop whose audiences were sent, and deleted but for one; the list of each by its name."""

    shop: Shop
    lists: dict[str, str]


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """An audience of three people was sent; one of them was on the list before."""
    shop = Shop(tmp_path_factory.mktemp("sent"), dbt, sandbox)
    shop.sql(PEOPLE)
    sandbox.put(shop.list_id, {"email_address": OLD, "status": "subscribed"})
    shop.audience("readers", SELECT, segment="Readers", on_leave="archive")
    shop.dbt("run")
    shop.sync("--allow-first-sync")
    shop.keep()
    return shop


@pytest.fixture
def sent(kept: Shop) -> Shop:
    kept.put_back()
    return kept


@pytest.fixture(scope="module")
def kept_deleted(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Deleted:
    shop = Shop(tmp_path_factory.mktemp("deleted"), dbt, sandbox)
    names = ("returning", "kept", "dropped", "crowded", "lost")
    lists = {name: sandbox.new_list() for name in names} | {"staying": shop.list_id}
    shop.sql(PEOPLE, CROWD)
    sandbox.put(lists["returning"], {"email_address": OLD, "status": "subscribed"})
    more = {"segment": "Readers", "on_leave": "unsubscribe"}
    shop.audience("returning", SELECT, list_id=lists["returning"], **more)
    for name in ("kept", "dropped"):
        shop.audience(name, SELECT, list_id=lists[name], on_leave="archive")
    crowd = SELECT.replace("people", "crowd")
    shop.audience("crowded", crowd, list_id=lists["crowded"], on_leave="unsubscribe")
    shop.audience("staying", SELECT)
    on_two_lists(shop, "lost", lists["lost"], shop.list_id)
    shop.dbt("run")
    shop.sync("--allow-first-sync")
    for name in names:
        shop.remove(name)
    shop.dbt("run")
    shop.keep()
    return Deleted(shop, lists)


@pytest.fixture
def deleted(kept_deleted: Deleted) -> Deleted:
    kept_deleted.shop.put_back()
    return kept_deleted


def on_two_lists(shop: Shop, name: str, *lists: str) -> None:
    """An audience of somebody on two lists."""
    mappings = [{"list_id": one, "segment": "Lost", "consent": "assumed"} for one in lists]
    config = f"{{{{ config(meta={{'mailchimp': {mappings!r}}}) }}}}"
    sql = f"{config}\nselect '{EVE}' as email_address\n"
    (shop.folder / f"models/{name}.sql").write_text(sql)


def retire(shop: Shop, *arguments: str, name: str = "readers", exit_code: int = 0) -> str:
    ended = shop.loader("retire", name, *arguments)
    assert ended.exit_code == exit_code, ended.output
    return ended.output


def statuses(shop: Shop, list_id: str | None = None) -> dict[str, tuple[str, list[str]]]:
    members = shop.sandbox.members(list_id or shop.list_id)
    return {one["email_address"]: (one["status"], one["tags"]) for one in members}


SENT = {
    ADA: ("subscribed", ["Readers"]),
    BOB: ("subscribed", ["Readers"]),
    OLD: ("subscribed", ["Readers"]),
}


def segments(shop: Shop) -> set[str]:
    found = shop.sandbox.get(f"/lists/{shop.list_id}/segments?count=100")["segments"]
    return {one["name"] for one in found}


def test_a_deleted_audience_leaves_everything_until_it_is_retired(sent: Shop) -> None:
    sent.remove("readers")
    sent.sql("create table few as select * from people limit 1")
    sent.audience("rest", "select *, true as marketing_consent from few")
    sent.dbt("run")
    sent.sync("--allow-first-sync")
    assert statuses(sent) == SENT

    retire(sent)
    # Ada is wanted by another audience, and Old was there before
    assert statuses(sent) == {
        ADA: ("subscribed", []),
        BOB: ("archived", []),
        OLD: ("subscribed", []),
    }
    assert "Readers" not in segments(sent)
    sent.forget_requests()
    assert "Nothing to retire" in retire(sent, exit_code=2)
    sent.sync()
    assert sent.writes() == {}
    acks = sent.query("select distinct action from loader_acks where audience = 'readers'")
    assert {row["action"] for row in acks} == {"upsert", "segment_add", "segment_remove", "archive"}


def test_who_comes_back_after_it_was_retired_begins_a_new_list_with_everybody(
    deleted: Deleted,
) -> None:
    shop, old = deleted.shop, deleted.lists["returning"]
    retire(shop, name="returning")
    assert statuses(shop, old) == {
        ADA: ("unsubscribed", []),
        BOB: ("unsubscribed", []),
        OLD: ("subscribed", []),
    }
    shop.sandbox.control("DELETE", f"/lists/{old}")
    new = shop.sandbox.new_list()
    shop.audience("returning", SELECT, list_id=new, segment="Readers", on_leave="unsubscribe")
    shop.dbt("run")
    shop.sync()
    members = {one["email_address"]: one for one in shop.sandbox.members(new)}
    assert {key: one["merge_fields"]["FNAME"] for key, one in members.items()} == {
        ADA: "Ada",
        BOB: "Bob",
        OLD: "Old",
    }
    joined = {"upsert": 3, "segment_add": 3}
    assert acknowledged(shop, new) == joined
    assert acknowledged(shop, old) == joined | {"segment_remove": 3, "unsubscribe": 2}


def acknowledged(shop: Shop, list_id: str) -> dict[str, int]:
    """The acknowledgements of a list, by action."""
    rows = shop.query(
        "select action, count(*) as rows from loader_acks"
        f" where list_id = '{list_id}' group by action"
    )
    return {row["action"]: row["rows"] for row in rows}


@pytest.mark.parametrize(
    ("name", "on_leave", "status"),
    [("kept", "keep", "subscribed"), ("dropped", "unsubscribe", "unsubscribed")],
)
def test_on_leave_overrules_the_model_that_is_gone(
    deleted: Deleted, name: str, on_leave: str, status: str
) -> None:
    retire(deleted.shop, "--on-leave", on_leave, name=name)
    assert {one for one, _ in statuses(deleted.shop, deleted.lists[name]).values()} == {status}


def test_a_changed_segment_keeps_its_people_until_it_is_retired(sent: Shop) -> None:
    sent.sandbox.put(
        sent.list_id, {"email_address": EVE, "status": "subscribed", "tags": ["Readers"]}
    )
    sent.audience("readers", SELECT, segment="Subscribers", on_leave="archive")
    sent.dbt("run")
    sent.sync()
    assert statuses(sent)[ADA] == ("subscribed", ["Readers", "Subscribers"])

    retire(sent)
    assert statuses(sent)[ADA] == ("subscribed", ["Subscribers"])
    # whom somebody else tagged by hand stays, and so does the segment
    assert statuses(sent)[EVE] == ("subscribed", ["Readers"])
    assert "Readers" in segments(sent)


def test_a_changed_list_keeps_its_people_until_it_is_retired(sent: Shop) -> None:
    other = sent.sandbox.new_list()
    sent.audience("readers", SELECT, segment="Readers", on_leave="archive", list_id=other)
    sent.dbt("run")
    sent.sync()
    assert statuses(sent) == SENT
    assert len(sent.sandbox.members(other)) == 3

    retire(sent)
    assert statuses(sent) == {
        ADA: ("archived", []),
        BOB: ("archived", []),
        OLD: ("subscribed", []),
    }
    assert {one["status"] for one in sent.sandbox.members(other)} == {"subscribed"}

    # back on its first list, those whom we archived are ours to bring back
    sent.audience("readers", SELECT, segment="Readers", on_leave="archive")
    sent.dbt("run")
    sent.sync()
    assert statuses(sent) == SENT


def test_a_retirement_is_behind_the_guard_and_what_is_named_stays(deleted: Deleted) -> None:
    shop, list_id = deleted.shop, deleted.lists["crowded"]
    assert "Nothing to retire" in retire(shop, name="staying", exit_code=2)
    assert "now or before" in shop.loader("retire", "nobody").output

    shop.forget_requests()
    assert "11 of 11 contacts would leave" in retire(shop, name="crowded", exit_code=5)
    assert shop.writes() == {}
    retire(shop, "--allow-leaves", name="crowded")
    assert {status for status, _ in statuses(shop, list_id).values()} == {"unsubscribed"}
    (run,) = shop.query("select * from loader_runs order by started_at desc limit 1")
    assert (run["command"], run["options"]) == ("retire", '["allow_leaves"]')


def test_a_segment_that_somebody_deleted_is_nothing_to_empty(sent: Shop) -> None:
    (segment,) = sent.sandbox.get(f"/lists/{sent.list_id}/segments")["segments"]
    sent.sandbox.must("DELETE", f"/lists/{sent.list_id}/segments/{segment['id']}")
    sent.audience("readers", SELECT, on_leave="archive")
    sent.dbt("run")
    retire(sent)
    assert {status for status, _ in statuses(sent).values()} == {"subscribed"}


def test_a_list_that_was_deleted_is_forgotten_when_that_is_said_and_the_others_are_emptied(
    deleted: Deleted,
) -> None:
    shop, lost = deleted.shop, deleted.lists["lost"]
    shop.sandbox.control("DELETE", f"/lists/{lost}")
    output = retire(shop, "--on-leave", "unsubscribe", name="lost", exit_code=3)
    assert "--list-deleted" in output
    assert statuses(shop)[EVE] == ("unsubscribed", [])
    retire(shop, "--list-deleted", name="lost")
    assert shop.query("select * from loader_ledger where audience = 'lost' and is_managed") == []
    assert len(shop.query(f"select * from loader_acks where list_id = '{lost}'")) > 0
