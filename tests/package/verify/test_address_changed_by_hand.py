"""Whose address was changed in Mailchimp stays one contact: held, followed, and withdrawn from."""

from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

ADA, MOVED, AGAIN = "ada@shop.de", "ada@moved.shop.de", "ada@again.shop.de"
SELECT = "select email_address, consents as marketing_consent, name as fname from main.people"


HEALED = "healed"  # another list, for an audience that is healed


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """Ada was sent to two lists, and moved on both in Mailchimp; no pull has ever been."""
    shop = Shop(tmp_path_factory.mktemp("moved"), dbt, sandbox)
    shop.sql(
        f"create table people as select '{ADA}' as email_address, true as consents, 'A' as name"
    )
    sandbox.control("PUT", f"/lists/{HEALED}", {})
    shop.audience("readers", SELECT, on_leave="archive")
    shop.audience("healed", SELECT, on_leave="archive", list_id=HEALED)
    shop.dbt("run")
    shop.sync()
    shop.sync()  # has read the contacts that the first one made
    move(shop, ADA, MOVED)
    shop.keep()
    return shop


@pytest.fixture
def moved(kept: Shop) -> Shop:
    """The shop, of which the readers and their list alone matter."""
    kept.put_back()
    return kept


def move(shop: Shop, old: str, new: str) -> None:
    shop.sandbox.control("POST", "/clock", {"advance": 5})
    for list_id in (shop.list_id, HEALED):
        path = f"/lists/{list_id}/members/{old}"
        shop.sandbox.must("PATCH", path, {"email_address": new})


def change(shop: Shop, audiences: tuple[str, ...] = ("readers",), **values: object) -> None:
    said = ", ".join(f"{name} = {value!r}" for name, value in values.items())
    shop.sql(f"update people set {said}")
    shop.dbt("run", "--select", *audiences)


def sync(shop: Shop) -> None:
    shop.sync("--select", "readers")


def outcomes(shop: Shop) -> list[tuple[Any, ...]]:
    return shop.rejections("email_address", "action", "reason")


def test_who_moved_is_held_and_no_second_contact_is_made(moved: Shop) -> None:
    change(moved, name="B")
    sync(moved)
    assert set(moved.members()) == {MOVED}
    assert outcomes(moved) == [(ADA, "upsert", "another address")]


def verify(shop: Shop) -> None:
    """Look at both lists, and heal one."""
    shop.loader("verify", "--select", "readers")
    shop.loader("verify", "--select", "healed", "--repair")


def addresses(shop: Shop) -> dict[bool, set[str]]:
    """Who is on the list that was not healed, and on the one that was."""
    lists = {False: shop.list_id, True: HEALED}
    return {
        heals: {one["email_address"] for one in shop.sandbox.members(list_id)}
        for heals, list_id in lists.items()
    }


class Again(NamedTuple):
    """Who was on the lists when Ada had moved again, and when she was gone."""

    moved: dict[bool, set[str]]
    gone: dict[bool, set[str]]


@pytest.fixture(scope="module")
def again(kept: Shop) -> Again:
    """What became of Ada, who changes and is sent after each of both."""
    kept.put_back()
    both = ("readers", "healed")
    verify(kept)
    move(kept, MOVED, AGAIN)
    verify(kept)
    change(kept, both, name="B")
    kept.sync()
    after = addresses(kept)
    for list_id in (kept.list_id, HEALED):
        kept.sandbox.control("DELETE", f"/lists/{list_id}/members", {"addresses": [AGAIN]})
    verify(kept)
    change(kept, both, name="C")
    kept.sync()
    return Again(after, addresses(kept))


@pytest.mark.parametrize("heals", [True, False])
def test_who_moved_again_or_is_gone_is_still_held(again: Again, heals: bool) -> None:  # noqa: FBT001 - a parameter
    assert again.moved[heals] == {AGAIN}
    assert again.gone[heals] == set()


def test_a_withdrawal_reaches_who_moved(moved: Shop) -> None:
    change(moved, consents=False)
    for _ in range(3):
        sync(moved)
    assert {one: held["status"] for one, held in moved.members().items()} == {MOVED: "unsubscribed"}
    assert moved.query("select * from readers__delta where action = 'withdraw'") == []
    moved.forget_requests()
    sync(moved)
    assert moved.writes() == {}


def test_a_withdrawal_that_comes_with_the_new_address_reaches_it(moved: Shop) -> None:
    sync(moved)
    change(moved, email_address=MOVED, consents=False)
    sync(moved)
    assert {one: held["status"] for one, held in moved.members().items()} == {MOVED: "unsubscribed"}


def test_a_mirror_does_not_archive_who_moved(moved: Shop) -> None:
    moved.audience("readers", SELECT, on_leave="archive", mirror=True)
    moved.dbt("run", "--select", "readers")
    moved.sandbox.control("POST", "/clock", {"advance": 5})
    assert moved.loader("pull", "--select", moved.list_id).exit_code == 0
    sync(moved)
    assert {one: held["status"] for one, held in moved.members().items()} == {MOVED: "subscribed"}


@pytest.fixture(scope="module", params=["made", "made only", "with a new address"])
def at_once(
    tmp_path_factory: pytest.TempPathFactory,
    dbt: DbtProcess,
    sandbox: SandboxProcess,
    request: pytest.FixtureRequest,
) -> Shop:
    """Ada moved in Mailchimp right after a sync put her under an address, and before the next."""
    shop = Shop(tmp_path_factory.mktemp("at_once"), dbt, sandbox)
    is_told = request.param == "with a new address"
    first = "ada@before.shop.de" if is_told else ADA
    shop.sql(
        f"create table people as select '{first}' as email_address, true as consents, 'A' as name"
    )
    contacts = "create" if request.param == "made only" else "upsert"
    shop.audience("readers", SELECT.replace(" from", ", 'p1' as person_id from"), contacts=contacts)
    shop.dbt("run")
    shop.sync()
    if is_told:
        change(shop, email_address=ADA)
        shop.sync()
    sandbox.control("POST", "/clock", {"advance": 5})
    path = f"/lists/{shop.list_id}/members/{ADA}"
    sandbox.must("PATCH", path, {"email_address": MOVED})
    shop.keep()
    return shop


def test_who_moved_before_the_next_reading_is_no_second_contact(at_once: Shop) -> None:
    at_once.put_back()
    change(at_once, name="B")
    for _ in range(2):
        sync(at_once)
    assert set(at_once.members()) == {MOVED}


def test_a_withdrawal_reaches_who_moved_before_the_next_reading(at_once: Shop) -> None:
    at_once.put_back()
    change(at_once, consents=False)
    for _ in range(2):
        sync(at_once)
    found = {one: held["status"] for one, held in at_once.members().items()}
    assert found == {MOVED: "unsubscribed"}
