"""Acknowledgements are in the warehouse soon after the answers, also when nothing ends in order."""

import random
import time

import pytest

from dbt_process import DbtProcess
from draws import draws, seeds
from loader_process import ANSWERED, CONTACTS, POLL, Running, begun
from sandbox_process import SandboxProcess
from shop import Shop

PEOPLE = 20_000
CALL, MOST_WAITING = 500, 5_000
SOON = 5.0  # seconds in which "every second" comes, on a busy machine too
KILLS = 1  # with each seed


def drawn() -> list[int]:
    """After how many answers the loader is killed."""
    chances = [random.Random(seed) for seed in seeds()]  # noqa: S311 - a test
    return [chance.randint(4_000, 14_500) for chance in chances for _ in range(draws(KILLS))]


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop that has many people, nobody of whom was ever sent."""
    shop = Shop(tmp_path_factory.mktemp("rhythm"), dbt, sandbox)
    shop.sql(
        "create table people as select 'person' || range || '@people.example.com' as email_address,"
        f" true as marketing_consent from generate_series(0, {PEOPLE - 1}) as numbers(range)"
    )
    shop.audience("readers", "select * from people")
    shop.dbt("run")
    shop.keep()
    return shop


@pytest.fixture
def shop(built: Shop) -> Shop:
    """The same, again."""
    built.put_back()
    return built


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


@pytest.mark.parametrize("answered", drawn())
def test_of_many_answers_fewer_than_five_thousand_wait_whenever_the_loader_is_killed(
    shop: Shop, answered: int
) -> None:
    with begun(shop) as running:
        assert running.meet(lambda: sum(running.rows(ANSWERED)) >= answered)
        running.kill()
    assert sum(running.rows(ANSWERED)) - acknowledged(shop) < MOST_WAITING


def until_committed(shop: Shop, running: Running) -> None:
    """Wait until what was answered is there, if that comes soon.

    Where nobody can ask, the log of the file is then younger than the last word of the loader.
    """
    log, answered = shop.folder / "shop.duckdb.wal", sum(running.rows(ANSWERED))

    def is_there() -> bool:
        if shop.database.answers_meanwhile:
            return acknowledged(shop) == answered
        return log.stat().st_mtime_ns > running.spoke_at()

    end = time.monotonic() + SOON
    while not is_there() and time.monotonic() < end:
        time.sleep(POLL)


def acknowledged(shop: Shop) -> int:
    (row,) = shop.query("select count(*) as rows from loader_acks where outcome = 'accepted'")
    return int(row["rows"])
