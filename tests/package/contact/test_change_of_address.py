"""A person whose address changes keeps their contact, its history and its tags."""

import json
from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

OLD, NEW = "old@people.example.com", "new@people.example.com"
BOB = "bob@people.example.com"
SQL = "select *, true as marketing_consent from people"


# audiences of people whose addresses change, some of them on one list
WANT: dict[str, tuple[str, str]] = {  # a table, and who of it consents
    "refusing": ("refusing", f"email_address <> '{NEW}'"),
    "wavering": ("wavering", "fname <> 'No'"),
    "swapping": ("swapping", "true"),
    "left_behind": ("left_behind", "true"),
    "readers": ("readers", "true"),
    "others": ("readers", "true"),
}
MORE: dict[str, dict[str, Any]] = {
    "refusing": {"on_leave": "keep"},
    "wavering": {"on_leave": "keep"},
    "readers": {"on_leave": "archive", "segment": "Readers"},
    "others": {"on_leave": "archive", "segment": "Others"},
}
Members = dict[str, dict[str, Any]]  # by address


class Changed(NamedTuple):
    """What the lists show before and after addresses changed, and what a sync wrote after that."""

    before: dict[str, Members]
    after: dict[str, Members]
    writes: dict[str, int]


class Left(NamedTuple):
    """How a contact that moved stands after it left, who was told, and what `ls` says."""

    status: str
    told: list[dict[str, int]]
    audience: dict[str, Any]


def table(shop: Shop, *rows: tuple[str, str, str], name: str = "people") -> None:
    """Who is in the table: person, address and first name."""
    values = ", ".join(map(repr, rows))
    shop.sql(
        f"drop table if exists {name};"
        f" create table {name} (person_id varchar, email_address varchar, fname varchar)",
        f"insert into {name} values {values}",
    )


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop in which somebody was sent, and has another address now; dbt ran."""
    shop = Shop(tmp_path_factory.mktemp("moved"), dbt, sandbox)
    table(shop, ("p1", OLD, "Ada"), ("p2", BOB, "Bob"))
    shop.audience("people_sent", SQL, on_leave="archive", segment="Readers")
    shop.dbt("run")
    shop.sync()
    table(shop, ("p1", NEW, "Ada"), ("p2", BOB, "Bob"))
    shop.dbt("run")
    shop.keep()
    return shop


@pytest.fixture
def moved(kept: Shop) -> Shop:
    kept.put_back()
    return kept


@pytest.fixture(scope="module")
def changed(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Changed:
    """Many audiences whose people were sent, and have another address at the next sync."""
    shop = Shop(tmp_path_factory.mktemp("changed"), dbt, sandbox)
    lists = {name: sandbox.new_list() for name, (table_of, _) in WANT.items() if name == table_of}
    for name, (table_of, consents) in WANT.items():
        table(shop, ("p1", OLD, "Ada"), ("p2", BOB, "Bob"), name=f"of_{table_of}")
        sql = f"select *, {consents} as marketing_consent from of_{table_of}"
        more = MORE.get(name, {"on_leave": "archive"})
        shop.audience(name, sql, list_id=lists[table_of], **more)
    shop.dbt("run")
    shop.sync("--allow-first-sync")
    before = members(shop, lists)
    table(shop, ("p1", OLD, "No"), name="of_wavering")
    table(shop, ("p1", NEW, "Ada"), ("p2", BOB, "Bob"), name="of_swapping")
    shop.dbt("run", "--select", "wavering", "swapping")  # and no sync
    for name in ("refusing", "left_behind", "readers"):
        table(shop, ("p1", NEW, "Ada"), ("p2", BOB, "Bob"), name=f"of_{name}")
    table(shop, ("p1", NEW, "Ada"), name="of_wavering")
    table(shop, ("p1", BOB, "Ada"), ("p2", OLD, "Bob"), name="of_swapping")
    claiming = f"select '{OLD}' as email_address, true as marketing_consent"
    # it is sent before the audience that would let the address go
    shop.audience("claiming", claiming, list_id=lists["left_behind"], on_leave="keep")
    shop.dbt("run")
    shop.sync("--allow-first-sync")
    after = members(shop, lists)
    shop.forget_requests()
    shop.sync("--select", "readers", "--select", "others")
    return Changed(before, after, shop.writes())


def members(shop: Shop, lists: dict[str, str]) -> dict[str, Members]:
    """What each list shows."""
    return {
        name: {one["email_address"]: one for one in shop.sandbox.members(list_id)}
        for name, list_id in lists.items()
    }


def test_the_contact_gets_the_new_address_and_stays_the_same(moved: Shop) -> None:
    before = moved.members()[OLD]
    moved.sandbox.put(moved.list_id, {"email_address": OLD, "tags": ["Readers", "Hers"]})
    moved.sync()
    after = moved.members()
    assert OLD not in after
    assert after[NEW]["contact_id"] == before["contact_id"]
    assert after[NEW]["status"] == "subscribed"
    assert set(after[NEW]["tags"]) == {"Readers", "Hers"}
    assert moved.writes() == {"PATCH /lists/{list_id}/members/{subscriber_hash}": 1}
    moved.forget_requests()
    moved.sync()
    assert moved.writes() == {}


def test_what_else_changed_goes_along_in_the_same_call(moved: Shop) -> None:
    table(moved, ("p1", NEW, "Augusta"), ("p2", BOB, "Bob"))
    moved.dbt("run")
    moved.sync()
    assert moved.members()[NEW]["merge_fields"]["FNAME"] == "Augusta"
    assert sum(moved.writes().values()) == 1


@pytest.fixture(scope="module")
def left(kept: Shop) -> Left:
    """Who moved leaves after the next sync, and somebody else comes."""
    kept.put_back()
    kept.sync()
    table(kept, ("p2", BOB, "Bob"), ("p3", "cy@people.example.com", "Cy"))
    kept.dbt("run")
    kept.sync()
    (row,) = json.loads(kept.loader("ls", "--json").output)
    told = kept.query("select count(distinct email_address) as addresses from loader_acks")
    return Left(kept.members()[NEW]["status"], told, row)


def test_a_contact_that_moved_is_ours_and_may_leave(left: Left) -> None:
    assert left.status == "archived"


def test_a_person_counts_once_under_every_address_and_after_they_left(left: Left) -> None:
    assert left.told == [{"addresses": 4}]
    assert (left.audience["contacts"], left.audience["ever_sent"]) == (2, 3)


def test_a_new_address_that_somebody_has_is_rejected_with_the_reason(moved: Shop) -> None:
    moved.sandbox.put(moved.list_id, {"email_address": NEW, "status": "subscribed"})
    moved.forget_requests()
    moved.sync(exit_code=1)
    assert moved.writes() == {}
    assert moved.members()[OLD]["status"] == "subscribed"
    assert moved.rejections("person_id", "email_address", "outcome", "reason") == [
        ("p1", NEW, "rejected", "the new address is on the list already")
    ]
    moved.sync()  # it is no news any more
    moved.sandbox.must("DELETE", f"/lists/{moved.list_id}/members/{NEW}")
    moved.sandbox.must("POST", f"/lists/{moved.list_id}/members/{NEW}/actions/delete-permanent")


def test_a_new_address_that_somebody_has_holds_up_nobody_else(moved: Shop) -> None:
    elsewhere = "bob.elsewhere@people.example.com"
    moved.sandbox.put(moved.list_id, {"email_address": NEW, "status": "subscribed"})
    ids = {address: one["contact_id"] for address, one in moved.members().items()}
    ids[elsewhere] = ids.pop(BOB)
    table(moved, ("p1", NEW, "Ada"), ("p2", elsewhere, "Bob"))
    moved.dbt("run")
    moved.sync(exit_code=1)
    after = moved.members()
    assert {address: one["contact_id"] for address, one in after.items()} == ids
    assert {one["status"] for one in after.values()} == {"subscribed"}
    assert moved.rejections("person_id", "outcome") == [("p1", "rejected")]


def test_who_unsubscribed_is_not_subscribed_again_under_a_new_address(moved: Shop) -> None:
    moved.sandbox.put(
        moved.list_id,
        {"email_address": OLD, "status": "unsubscribed", "unsubscribed_by": "person"},
    )
    moved.sync()
    assert set(moved.members()) == {OLD, BOB}
    assert moved.rejections("email_address", "outcome", "reason") == [(NEW, "held", "unsubscribed")]


def test_a_refusal_under_a_new_address_is_a_withdrawal_under_the_old_one(changed: Changed) -> None:
    assert changed.before["refusing"][OLD]["status"] == "subscribed"
    assert changed.after["refusing"][OLD]["status"] == "unsubscribed"
    assert NEW not in changed.after["refusing"]


def test_who_refused_and_then_consents_elsewhere_is_another_contact(changed: Changed) -> None:
    assert changed.before["wavering"][OLD]["status"] == "subscribed"
    found = changed.after["wavering"]
    assert {one: found[one]["status"] for one in (OLD, NEW)} == {
        OLD: "unsubscribed",
        NEW: "subscribed",
    }


def test_a_contact_that_bounced_stays_behind(moved: Shop) -> None:
    moved.sandbox.put(moved.list_id, {"email_address": OLD, "status": "cleaned"})
    moved.sync()
    assert moved.members()[NEW]["status"] == "subscribed"
    assert moved.members()[OLD]["status"] == "cleaned"
    moved.forget_requests()
    moved.sync()
    assert moved.writes() == {}


def test_an_old_address_that_another_audience_wants_stays_and_the_new_one_is_made(
    changed: Changed,
) -> None:
    found = changed.after["left_behind"]
    assert {found[one]["status"] for one in (OLD, NEW)} == {"subscribed"}


def test_other_audiences_of_the_list_follow_without_a_word(changed: Changed) -> None:
    found = changed.after["readers"]
    assert set(found) == {NEW, BOB}
    assert set(found[NEW]["tags"]) == {"Readers", "Others"}
    assert changed.writes == {}


def test_a_change_whose_answer_was_lost_is_known_to_be_ours(moved: Shop) -> None:
    moved.sandbox.faults({"kind": "reset_after", "at": 1})
    try:
        moved.sync("--retry-seconds", "0", exit_code=4)
    finally:
        moved.sandbox.faults()
    assert NEW in moved.members()
    moved.sync()
    assert set(moved.members()) == {NEW, BOB}
    (row,) = moved.query(
        f"select * from loader_ledger where email_address = '{NEW}' and kind = 'contact'"
    )
    assert (row["pre_existing"], row["is_managed"], row["outcome"]) == (False, True, "accepted")
    assert moved.query(f"select * from loader_ledger where email_address = '{OLD}'") == []


def test_two_people_who_swap_addresses_are_two_contacts(changed: Changed) -> None:
    names = {key: one["merge_fields"]["FNAME"] for key, one in changed.after["swapping"].items()}
    assert names == {BOB: "Ada", OLD: "Bob"}
