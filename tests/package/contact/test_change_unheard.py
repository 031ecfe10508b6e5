"""A change of address whose answer was lost, and a row that is another by the next sync."""

import pytest

from shop import Shop

OLD, NEW, BOB = "old@people.example.com", "new@people.example.com", "bob@people.example.com"
TAGGED = (
    "select *, case when email_address = 'new@people.example.com' and fname = 'Ada' then ['T'] end"
    " as tags from people"
)
Row = tuple[str, str, str, bool]
REST: Row = ("p2", BOB, "Bob", True)


def build(shop: Shop, *rows: Row) -> None:
    """Who is in the table: person, address, name and consent; and dbt."""
    shop.sql(
        "create or replace table people (person_id varchar, email_address varchar, fname varchar,"
        " marketing_consent boolean)",
        f"insert into people values {', '.join(map(str, rows))}",
    )
    shop.dbt("run")


def settle(shop: Shop, sql: str = "select * from people") -> None:
    """Somebody was sent, and has another address now."""
    shop.sql("create table people (person_id varchar, email_address varchar)")
    shop.audience("people_sent", sql, on_leave="archive", segment="Readers")
    build(shop, ("p1", OLD, "Ada", True), REST)
    shop.sync()
    build(shop, ("p1", NEW, "Ada", True), REST)


@pytest.fixture
def unheard(shop: Shop) -> Shop:
    """The change was made, and the loader did not hear of it."""
    settle(shop)
    shop.sandbox.faults({"kind": "reset_after", "at": 1, "method": "PATCH"})
    try:
        shop.sync("--retry-seconds", "0", exit_code=4)
    finally:
        shop.sandbox.faults()
    return shop


def test_a_refusal_meanwhile_is_honoured(unheard: Shop) -> None:
    build(unheard, ("p1", NEW, "Ada", False), REST)
    unheard.sync()
    assert {key: one["status"] for key, one in unheard.members().items()} == {
        NEW: "unsubscribed",
        BOB: "subscribed",
    }


def test_who_is_gone_meanwhile_leaves(unheard: Shop) -> None:
    build(unheard, REST)
    unheard.sync()
    assert unheard.members()[NEW]["status"] == "archived"


def test_who_goes_back_meanwhile_has_the_old_address_again(unheard: Shop) -> None:
    build(unheard, ("p1", OLD, "Ada", True), REST)
    unheard.sync()
    assert set(unheard.members()) == {OLD, BOB}


def test_a_run_that_stops_before_the_change_does_not_forget_it(unheard: Shop) -> None:
    build(unheard, ("p1", NEW, "Ada", True), REST, ("p3", "cyd@people.example.com", "Cyd", True))
    unheard.sandbox.faults({"kind": "key_revoked", "at": 1, "method": "POST"})
    try:
        unheard.sync(exit_code=3)
    finally:
        unheard.sandbox.faults()
        unheard.sandbox.control("PUT", "/key", {"api_key": unheard.sandbox.key})
    unheard.sync()
    (row,) = unheard.query(f"from loader_ledger where email_address = '{NEW}' and kind = 'contact'")
    assert (row["outcome"], row["existed"]) == ("accepted", False)
    assert unheard.rejections("email_address") == []


def test_a_tag_that_was_told_with_the_change_is_known(shop: Shop) -> None:
    settle(shop, TAGGED)
    path = "/lists/{list_id}/segments/{segment_id}"
    shop.sandbox.faults({"kind": "reset_after", "rate": 1.0, "method": "POST", "path": path})
    shop.sync("--retry-seconds", "0", exit_code=4)
    shop.sandbox.faults()
    assert "T" in shop.members()[NEW]["tags"]
    build(shop, ("p1", NEW, "Eve", True), REST)
    shop.sync()
    assert shop.members()[NEW]["tags"] == ["Readers"]
