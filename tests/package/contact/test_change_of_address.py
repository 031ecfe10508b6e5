"""A person whose address changes keeps their contact, its history and its tags."""

import json
from typing import Any

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

OLD, NEW = "old@people.example.com", "new@people.example.com"
SQL = "select *, true as marketing_consent from people"


def table(shop: Shop, *rows: tuple[str, str, str]) -> None:
    """Who is in the table: person, address and first name."""
    values = ", ".join(map(repr, rows))
    shop.sql(
        "create or replace table people (person_id varchar, email_address varchar, fname varchar)",
        f"insert into people values {values}",
    )


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop in which somebody was sent, and has another address now; dbt ran."""
    shop = settle(Shop(tmp_path_factory.mktemp("moved"), dbt, sandbox))
    shop.keep()
    return shop


@pytest.fixture
def moved(kept: Shop) -> Shop:
    kept.put_back()
    return kept


def settle(shop: Shop, sql: str = SQL, **mailchimp: Any) -> Shop:  # noqa: ANN401 - any configuration
    table(shop, ("p1", OLD, "Ada"), ("p2", "bob@people.example.com", "Bob"))
    shop.audience("people_sent", sql, **{"on_leave": "archive", "segment": "Readers", **mailchimp})
    shop.dbt("run")
    shop.sync()
    change(shop)
    return shop


def change(shop: Shop, address: str = NEW) -> None:
    """The person has another address, and dbt ran."""
    table(shop, ("p1", address, "Ada"), ("p2", "bob@people.example.com", "Bob"))
    shop.dbt("run")
    shop.forget_requests()


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
    table(moved, ("p1", NEW, "Augusta"), ("p2", "bob@people.example.com", "Bob"))
    moved.dbt("run")
    moved.sync()
    assert moved.members()[NEW]["merge_fields"]["FNAME"] == "Augusta"
    assert sum(moved.writes().values()) == 1


def test_a_contact_that_moved_is_ours_and_may_leave(moved: Shop) -> None:
    moved.sync()
    table(moved, ("p2", "bob@people.example.com", "Bob"))
    moved.dbt("run")
    moved.sync()
    assert moved.members()[NEW]["status"] == "archived"


def test_a_person_counts_once_under_every_address_and_after_they_left(moved: Shop) -> None:
    moved.sync()
    table(moved, ("p2", "bob@people.example.com", "Bob"), ("p3", "cy@people.example.com", "Cy"))
    moved.dbt("run")
    moved.sync()
    told = moved.query("select count(distinct email_address) as addresses from loader_acks")
    assert told == [{"addresses": 4}]
    (row,) = json.loads(moved.loader("ls", "--json").output)
    assert (row["contacts"], row["ever_sent"]) == (2, 3)


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
    bob, elsewhere = "bob@people.example.com", "bob.elsewhere@people.example.com"
    moved.sandbox.put(moved.list_id, {"email_address": NEW, "status": "subscribed"})
    ids = {address: one["contact_id"] for address, one in moved.members().items()}
    ids[elsewhere] = ids.pop(bob)
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
    assert set(moved.members()) == {OLD, "bob@people.example.com"}
    assert moved.rejections("email_address", "outcome", "reason") == [(NEW, "held", "unsubscribed")]


def test_a_refusal_under_a_new_address_is_a_withdrawal_under_the_old_one(shop: Shop) -> None:
    sql = "select *, email_address <> 'new@people.example.com' as marketing_consent from people"
    settle(shop, sql, on_leave="keep")
    shop.sync()
    assert shop.members()[OLD]["status"] == "unsubscribed"
    assert NEW not in shop.members()


def test_who_refused_and_then_consents_elsewhere_is_another_contact(shop: Shop) -> None:
    sql = "select *, fname <> 'No' as marketing_consent from people"
    settle(shop, sql, on_leave="keep")
    change(shop, OLD)
    shop.sync()
    table(shop, ("p1", OLD, "No"))
    shop.dbt("run")  # and no sync
    table(shop, ("p1", NEW, "Ada"))
    shop.dbt("run")
    shop.sync()
    members = shop.members()
    assert {one: members[one]["status"] for one in (OLD, NEW)} == {
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
    shop: Shop,
) -> None:
    settle(shop)
    shop.audience(
        "others", f"select '{OLD}' as email_address, true as marketing_consent", on_leave="keep"
    )
    shop.dbt("run")
    shop.sync("--first")
    assert {shop.members()[one]["status"] for one in (OLD, NEW)} == {"subscribed"}


def test_other_audiences_of_the_list_follow_without_a_word(shop: Shop) -> None:
    shop.audience("others", f"{SQL} where true", segment="Others", on_leave="archive")
    settle(shop)
    shop.sync()
    assert set(shop.members()) == {NEW, "bob@people.example.com"}
    assert set(shop.members()[NEW]["tags"]) == {"Readers", "Others"}
    shop.forget_requests()
    shop.sync()
    assert shop.writes() == {}


def test_a_change_whose_answer_was_lost_is_known_to_be_ours(moved: Shop) -> None:
    moved.sandbox.faults({"kind": "reset_after", "at": 1})
    try:
        moved.sync("--retry-seconds", "0", exit_code=4)
    finally:
        moved.sandbox.faults()
    assert NEW in moved.members()
    moved.sync()
    assert set(moved.members()) == {NEW, "bob@people.example.com"}
    (row,) = moved.query(f"from loader_ledger where email_address = '{NEW}' and kind = 'contact'")
    assert (row["existed"], row["sent"], row["outcome"]) == (False, True, "accepted")
    assert moved.query(f"from loader_ledger where email_address = '{OLD}'") == []


def test_two_people_who_swap_addresses_are_two_contacts(shop: Shop) -> None:
    settle(shop)
    bob = "bob@people.example.com"
    table(shop, ("p1", bob, "Ada"), ("p2", OLD, "Bob"))
    shop.dbt("run")
    shop.sync()
    names = {key: one["merge_fields"]["FNAME"] for key, one in shop.members().items()}
    assert names == {bob: "Ada", OLD: "Bob"}
