"""Whose address was changed in Mailchimp stays one contact: held, followed, and withdrawn from."""

from typing import Any

import pytest

from shop import Shop

ADA, MOVED, AGAIN = "ada@shop.de", "ada@moved.shop.de", "ada@again.shop.de"
SELECT = "select email_address, consents as marketing_consent, name as fname from main.people"


@pytest.fixture
def moved(shop: Shop) -> Shop:
    """Ada was sent, and moved in Mailchimp; no pull has ever been."""
    shop.sql(
        f"create table people as select '{ADA}' as email_address, true as consents, 'A' as name"
    )
    shop.audience("readers", SELECT, on_leave="archive")
    shop.dbt("run")
    shop.sync()
    shop.sync()  # has read the contact that the first one made
    move(shop, ADA, MOVED)
    return shop


def move(shop: Shop, old: str, new: str) -> None:
    shop.sandbox.control("POST", "/clock", {"advance": 5})
    path = f"/lists/{shop.list_id}/members/{old}"
    shop.sandbox.must("PATCH", path, {"email_address": new})


def change(shop: Shop, **values: object) -> None:
    said = ", ".join(f"{name} = {value!r}" for name, value in values.items())
    shop.sql(f"update people set {said}")
    shop.dbt("run")


def outcomes(shop: Shop) -> list[tuple[Any, ...]]:
    return shop.rejections("email_address", "action", "reason")


def test_who_moved_is_held_and_no_second_contact_is_made(moved: Shop) -> None:
    change(moved, name="B")
    moved.sync()
    assert set(moved.members()) == {MOVED}
    assert outcomes(moved) == [(ADA, "upsert", "another address")]


@pytest.mark.parametrize("heals", [True, False])
def test_who_moved_again_or_is_gone_is_still_held(moved: Shop, heals: bool) -> None:  # noqa: FBT001 - a parameter
    options = ["--heal"] if heals else []
    moved.loader("verify", *options)
    move(moved, MOVED, AGAIN)
    moved.loader("verify", *options)
    change(moved, name="B")
    moved.sync()
    assert set(moved.members()) == {AGAIN}
    moved.sandbox.control("DELETE", f"/lists/{moved.list_id}/members", {"addresses": [AGAIN]})
    moved.loader("verify", *options)
    change(moved, name="C")
    moved.sync()
    assert moved.members() == {}


def test_a_withdrawal_reaches_who_moved(moved: Shop) -> None:
    change(moved, consents=False)
    for _ in range(3):
        moved.sync()
    assert {one: held["status"] for one, held in moved.members().items()} == {MOVED: "unsubscribed"}
    assert moved.query("from readers__delta where action = 'withdraw'") == []
    moved.forget_requests()
    moved.sync()
    assert moved.writes() == {}


def test_a_withdrawal_that_comes_with_the_new_address_reaches_it(moved: Shop) -> None:
    moved.sync()
    change(moved, email_address=MOVED, consents=False)
    moved.sync()
    assert {one: held["status"] for one, held in moved.members().items()} == {MOVED: "unsubscribed"}


def test_a_mirror_does_not_archive_who_moved(moved: Shop) -> None:
    moved.audience("readers", SELECT, on_leave="archive", mirror=True)
    moved.dbt("run")
    moved.sandbox.control("POST", "/clock", {"advance": 5})
    assert moved.loader("pull", "--select", moved.list_id).exit_code == 0
    moved.sync()
    assert {one: held["status"] for one, held in moved.members().items()} == {MOVED: "subscribed"}
