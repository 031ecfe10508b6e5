"""Whom we archived comes back when they are wanted again, and nobody else does."""

from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest

from dbt_process import DbtProcess
from responses.proxy import Between
from sandbox_process import SandboxProcess
from shop import Shop

ADA, BOB, CYD = EVERYBODY = [f"{name}@revival.shop.de" for name in ("ada", "bob", "cyd")]
WANTED = [f"insert into people values ('{one}', true)" for one in EVERYBODY]
LOOK, PAGES = "GET lists/*/members/*", ("GET lists/*/members", "GET lists/*/members archived")


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop whose readers are sent and then dropped, so that the next sync archives them."""
    shop = Shop(tmp_path_factory.mktemp("revival"), dbt, sandbox)
    shop.sql("create table people (email_address varchar, marketing_consent boolean)")
    shop.sql(*WANTED)
    shop.audience("readers", "select * from people", on_leave="archive")
    shop.dbt("run")
    shop.sync()
    shop.sql("delete from people")
    shop.dbt("run")
    shop.keep()
    return shop


@pytest.fixture
def shop(kept: Shop) -> Shop:
    kept.put_back()
    return kept


@pytest.fixture
def between(shop: Shop) -> Iterator[Between]:
    """Who stands between the loader and Mailchimp."""
    with Between(shop.sandbox) as standing:
        yield standing


def put(shop: Shop, status: str, address: str = ADA) -> None:
    """Let an administrator change somebody, some seconds after what was before."""
    shop.sandbox.control("POST", "/clock", {"advance": 3})
    shop.sandbox.put(shop.list_id, {"email_address": address, "status": status})


def sync(shop: Shop, between: Between, *options: str) -> str:
    """Sync through whoever stands between; how Ada ends."""
    ended = shop.loader("sync", "--allow-leaves", *options, MAILCHIMP_BASE_URL=between.url)
    assert ended.exit_code in (0, 1), ended.output
    return statuses(shop)[ADA]


def statuses(shop: Shop) -> dict[str, str]:
    """How everybody ends."""
    return {who: one["status"] for who, one in shop.members().items()}


def wanted_again(shop: Shop) -> None:
    shop.sandbox.control("POST", "/clock", {"advance": 3_600})
    shop.sql(*WANTED)
    shop.dbt("run")


@pytest.mark.parametrize("kind", [LOOK, *PAGES])
def test_whom_an_administrator_touches_while_a_sync_runs_is_not_revived(
    shop: Shop, between: Between, kind: str
) -> None:
    assert sync(shop, between) == "archived"
    wanted_again(shop)
    happens = [(ADA, "unsubscribed"), (BOB, "unsubscribed"), (BOB, "archived"), (CYD, "cleaned")]

    def touch(asked: str) -> None:
        while asked == kind and happens:
            who, status = happens.pop(0)
            put(shop, status, who)

    between.before = touch
    ends = {ADA: "unsubscribed", BOB: "archived", CYD: "cleaned"}
    sync(shop, between, "--connections", "1")  # nobody is looked at while all are touched
    assert statuses(shop) == ends
    between.before = lambda _: None
    sync(shop, between)
    assert statuses(shop) == ends
    assert happens == []


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_what_the_servers_say_that_the_day_is_revives_nobody(
    shop: Shop, between: Between, days: int
) -> None:
    between.date = lambda _, real: format_datetime(
        parsedate_to_datetime(real) + timedelta(days=days), usegmt=True
    )
    assert sync(shop, between) == "archived"
    put(shop, "unsubscribed")
    put(shop, "archived")
    wanted_again(shop)
    assert sync(shop, between) == "archived"


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_whom_we_archived_is_revived_whatever_day_the_servers_say_that_it_is(
    shop: Shop, between: Between, days: int
) -> None:
    between.date = lambda _, real: format_datetime(
        parsedate_to_datetime(real) + timedelta(days=days), usegmt=True
    )
    assert sync(shop, between) == "archived"
    wanted_again(shop)
    assert sync(shop, between) == "subscribed"


def test_whose_archive_was_done_by_a_try_that_was_not_heard_is_revived(
    shop: Shop, between: Between
) -> None:
    shop.sandbox.faults({"kind": "reset_after", "method": "DELETE", "at": 1})
    assert sync(shop, between) == "archived"
    wanted_again(shop)
    assert sync(shop, between) == "subscribed"
