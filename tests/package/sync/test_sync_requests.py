"""What Mailchimp is asked for many audiences of one list: each thing once, in full calls."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

AUDIENCES, PEOPLE = 4, 700
READ_ONCE = {
    "GET /lists/{list_id}": 1,
    "GET /lists/{list_id}/merge-fields": 1,
    "GET /lists/{list_id}/segments": 1,
    "GET /lists/{list_id}/members": 2,  # whoever is there, and who is archived
}
Books = dict[str, int]


def asked(shop: Shop) -> Books:
    """What a sync asks, by route, a minute after the one before."""
    shop.sandbox.control("POST", "/clock", {"advance": 60})
    shop.forget_requests()
    shop.sync()
    return dict(shop.sandbox.requests()["by_route"])


def without_pages(books: Books) -> Books:
    """All but the pages of contacts, of whom those of the last seconds are read again."""
    rest = dict(books)
    assert 2 <= rest.pop("GET /lists/{list_id}/members") <= 4
    return rest


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """One whose clock is put forward, which others need not know."""
    with SandboxProcess("--allow-example-com") as process:
        yield process


@pytest.fixture(scope="module")
def first(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> tuple[Shop, Books]:
    """Audiences that share a field, each with people and a segment of its own: the first sync."""
    shop = Shop(tmp_path_factory.mktemp("books"), dbt, sandbox)
    shop.sql(
        "create table people as select a as audience, 'p' || a || '.' || n || '@books.shop.de' as"
        f" email_address, 'Small' as size from generate_series(0, {AUDIENCES - 1}) t(a),"
        f" generate_series(0, {PEOPLE - 1}) u(n)"
    )
    for number in range(AUDIENCES):
        shop.audience(
            f"audience_{number}",
            "select email_address, size, true as marketing_consent from main.people"
            f" where audience = {number}",
            segment=f"Segment {number}",
            on_leave="archive",
            max_leave="100%",
        )
    shop.dbt("run")
    books = asked(shop)
    shop.keep()
    return shop, books


@pytest.fixture
def shop(first: tuple[Shop, Books]) -> Shop:
    """The day after the first sync."""
    first[0].put_back()
    return first[0]


def test_requests_are_those_of_the_writes_and_what_is_read_or_made_once(
    first: tuple[Shop, Books],
) -> None:
    assert first[1] == {
        **READ_ONCE,
        # and once more who was made, for their ids: 2,800 in pages of 950, and the archived
        "GET /lists/{list_id}/members": 2 + 4,
        "POST /lists/{list_id}/merge-fields": 1,
        "POST /lists/{list_id}/segments": AUDIENCES,
        "POST /lists/{list_id}": 6,  # 2,800 contacts of four audiences
        "POST /lists/{list_id}/segments/{segment_id}": AUDIENCES * 2,
    }


def test_what_changed_goes_in_one_call_and_then_nothing_goes(shop: Shop) -> None:
    shop.sql("update people set size = 'Large' where email_address like '%7@books.shop.de'")
    shop.dbt("run")
    assert without_pages(asked(shop)) == {
        **without_pages(READ_ONCE),
        "POST /lists/{list_id}": 1,  # 280 contacts of four audiences
    }
    assert asked(shop) == READ_ONCE


def test_who_leaves_goes_out_of_the_segments_first_in_calls_that_are_full(shop: Shop) -> None:
    shop.sql("delete from people where email_address like '%.1@books.shop.de'")
    shop.dbt("run")
    left = without_pages(asked(shop))
    assert left == {
        **without_pages(READ_ONCE),
        "POST /lists/{list_id}/segments/{segment_id}": AUDIENCES,
        # one call a contact: Mailchimp has no other, and each is looked at before
        "GET /lists/{list_id}/members/{subscriber_hash}": 2
        * AUDIENCES,  # before and after the archive
        "DELETE /lists/{list_id}/members/{subscriber_hash}": AUDIENCES,
    }


def test_lists_are_read_once_each(tmp_path: Path, dbt: DbtProcess, sandbox: SandboxProcess) -> None:
    shop = Shop(tmp_path, dbt, sandbox)
    for name in ("one", "other"):
        list_id = sandbox.new_list()
        for number in range(2):
            shop.audience(
                f"{name}_{number}",
                f"select '{name}{number}@books.shop.de' as email_address,"
                " true as marketing_consent",
                list_id=list_id,
            )
    shop.dbt("run")
    asked(shop)
    assert asked(shop) == {route: 2 * times for route, times in READ_ONCE.items()}
