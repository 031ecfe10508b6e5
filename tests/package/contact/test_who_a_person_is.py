"""Who counts as the same person, and what must not follow from it."""

from typing import Any

from shop import Shop

OLD, NEW = "old@people.example.com", "new@people.example.com"


def build(shop: Shop, *rows: tuple[str, str]) -> None:
    """Who is in the table: person and address; and dbt."""
    shop.sql(
        "create or replace table people (person_id varchar, email_address varchar)",
        f"insert into people values {', '.join(map(str, rows))}",
    )
    shop.dbt("run")


def audience(shop: Shop, **mailchimp: Any) -> None:  # noqa: ANN401 - any configuration
    shop.audience("people_sent", "select *, true as marketing_consent from people", **mailchimp)


def test_who_unsubscribed_before_the_first_sync_is_not_subscribed_under_a_new_address(
    shop: Shop,
) -> None:
    shop.sandbox.put(
        shop.list_id,
        {"email_address": OLD, "status": "unsubscribed", "unsubscribed_by": "person"},
    )
    audience(shop)
    build(shop, ("p1", OLD), ("p2", "bob@people.example.com"))
    shop.sync("--first")
    build(shop, ("p1", NEW), ("p2", "bob@people.example.com"))
    shop.sync()
    assert NEW not in shop.members()
    assert shop.rejections("email_address", "outcome", "reason") == [(NEW, "held", "unsubscribed")]


def test_people_without_an_id_are_not_one_person(shop: Shop) -> None:
    audience(shop, on_leave="keep")
    build(shop, ("", OLD), (" ", "guest@people.example.com"))
    shop.sync()
    build(shop, ("", NEW), (" ", "guest@people.example.com"))
    shop.sync()
    assert set(shop.members()) == {OLD, NEW, "guest@people.example.com"}


def test_an_id_in_two_rows_says_nothing_of_a_third(shop: Shop) -> None:
    audience(shop, on_leave="keep")
    build(shop, ("household", OLD))
    shop.sync()
    build(shop, ("household", NEW), ("household", "third@people.example.com"))
    shop.sync()
    assert set(shop.members()) == {OLD, NEW, "third@people.example.com"}


def test_an_audience_that_only_creates_makes_a_contact_of_the_new_address(shop: Shop) -> None:
    audience(shop, contacts="create", on_leave="archive")
    build(shop, ("p1", OLD))
    shop.sync()
    build(shop, ("p1", NEW))
    shop.sync()
    statuses = {key: one["status"] for key, one in shop.members().items()}
    assert statuses == {OLD: "archived", NEW: "subscribed"}


def test_after_it_was_said_that_an_address_is_taken_its_contact_is_one_like_others(
    shop: Shop,
) -> None:
    audience(shop, on_leave="archive", segment="Readers")
    build(shop, ("p1", OLD))
    shop.sync()
    shop.sandbox.put(shop.list_id, {"email_address": NEW, "status": "subscribed"})
    build(shop, ("p1", NEW))
    shop.sync(exit_code=1)
    shop.sync()
    members = shop.members()
    assert (members[OLD]["status"], members[NEW]["tags"]) == ("archived", ["Readers"])
    assert shop.rejections("email_address") == []


def test_a_transactional_audience_subscribes_nobody_whom_another_archived(shop: Shop) -> None:
    shop.audience("news", "select *, true as marketing_consent from people", on_leave="archive")
    build(shop, ("p1", OLD), ("p2", "bob@people.example.com"))
    shop.sync()
    build(shop, ("p2", "bob@people.example.com"))
    shop.sync()
    shop.audience(
        "orders",
        f"select '{OLD}' as email_address",
        consent="assumed",
        status_if_new="transactional",
    )
    shop.dbt("run")
    shop.sync("--first")
    assert shop.members()[OLD]["status"] == "archived"
