"""Acknowledgements are in the warehouse soon after the answers, also when nothing ends in order."""

import time
from pathlib import Path

import pytest

from dbt_process import DbtProcess
from killing import ANSWERED, POLL, Running, begun
from sandbox_process import SandboxProcess
from shop import Shop

PEOPLE = 20_000
CALL, MOST_WAITING = 500, 5_000
SOON = 5.0  # seconds in which "every second" comes, on a busy machine too
CONTACTS = {"method": "POST", "path": "/lists/{list_id}"}


@pytest.fixture
def shop(tmp_path: Path, dbt: DbtProcess, sandbox: SandboxProcess) -> Shop:
    shop = Shop(tmp_path, dbt, sandbox)
    shop.sql(
        "create table people as select 'person' || range || '@people.example.com' as email_address,"
        f" true as marketing_consent from range({PEOPLE})"
    )
    shop.audience("readers", "select * from people")
    shop.dbt("run")
    return shop


def test_few_answers_are_committed_within_seconds_while_the_next_is_waited_for(
    shop: Shop,
) -> None:
    calls = 3
    assert calls * CALL < MOST_WAITING
    shop.sandbox.faults({"kind": "hang", "at": calls + 1, **CONTACTS})
    try:
        with begun(shop, "--connections", "1") as running:
            assert running.meet(lambda: len(running.rows(ANSWERED)) == calls)
            until_committed(shop, running)
            running.kill()
    finally:
        shop.sandbox.faults()
    assert acknowledged(shop) == calls * CALL


@pytest.mark.parametrize("answered", [4_000, 8_000, 14_500])
def test_of_many_answers_fewer_than_five_thousand_wait_whenever_the_loader_is_killed(
    shop: Shop, answered: int
) -> None:
    with begun(shop) as running:
        assert running.meet(lambda: sum(running.rows(ANSWERED)) >= answered)
        running.kill()
    assert sum(running.rows(ANSWERED)) - acknowledged(shop) < MOST_WAITING


def until_committed(shop: Shop, running: Running) -> None:
    """Wait until the file's log is younger than the last word of the loader, if that comes soon."""
    log = shop.folder / "shop.duckdb.wal"
    end = time.monotonic() + SOON
    while log.stat().st_mtime_ns <= running.spoke_at() and time.monotonic() < end:
        time.sleep(POLL)


def acknowledged(shop: Shop) -> int:
    (row,) = shop.query("select count(*) as rows from loader_acks where outcome = 'accepted'")
    return int(row["rows"])
