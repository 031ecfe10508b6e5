"""Acknowledgements reach the warehouse while answers come in, and all of them at the end."""

import asyncio
import threading
from dataclasses import replace
from datetime import datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_time import FakeTick, everything_settles
from fakes import FakeTable, answers_of
from loader.model.batch import Outcome
from loader.model.errors import LoaderError, WarehouseError
from loader.warehouse.contract import schema_of
from loader.warehouse.records.acks import FLUSH_ROWS, Acknowledgements, flushed

NOW = datetime(2026, 10, 21, 12, 0, 0)  # noqa: DTZ001 - UTC without a zone, as the warehouse has it
KEY = {"run_id": "run 1", "audience": "newsletter", "list_id": "f00d"}


def acknowledgements(table: FakeTable) -> Acknowledgements:
    return Acknowledgements(table.append, KEY, NOW)


def people(count: int, first: int = 0) -> list[str]:
    return [f"{place}@shop.de" for place in range(first, first + count)]


async def test_an_acknowledgement_says_everything_about_one_answer() -> None:
    table = FakeTable()
    waiting = acknowledgements(table)
    answers = answers_of(["a@shop.de"], Outcome.REJECTED, code="refused", message="looks fake")
    await waiting.record(replace(answers, segment="Readers"))
    await waiting.flush()
    assert table.appends[0].schema == schema_of("loader_acks")
    assert table.appends[0].to_pylist() == [
        {
            "run_id": "run 1",
            "audience": "newsletter",
            "list_id": "f00d",
            "segment": "Readers",
            "email_address": "a@shop.de",
            "person_id": "person of a@shop.de",
            "action": "upsert",
            "payload_hash": "hash of a@shop.de",
            "marketing_permissions": None,
            "outcome": "rejected",
            "reason_code": "refused",
            "message": "looks fake",
            "mailchimp_code": None,
            "acked_at": NOW,
        }
    ]


@given(
    st.datetimes(
        min_value=datetime(2000, 1, 1),  # noqa: DTZ001
        max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    )
)
async def test_an_answer_is_dated_by_the_clock_of_mailchimp(moment: datetime) -> None:
    table = FakeTable()
    waiting = acknowledgements(table)
    await waiting.record(answers_of(["a@shop.de"], answered_at=moment))
    await waiting.flush()
    assert table.column("acked_at") == [moment]


@given(st.lists(st.integers(1, 2_500), max_size=12))
async def test_so_many_rows_are_committed_at_once_and_none_is_lost(sizes: list[int]) -> None:
    table = FakeTable()
    waiting = acknowledgements(table)
    for place, size in enumerate(sizes):
        await waiting.record(answers_of(people(size, place * 10_000)))
        assert sum(sizes[: place + 1]) - sum(one.num_rows for one in table.appends) < FLUSH_ROWS
    await waiting.flush()
    assert sum(one.num_rows for one in table.appends) == sum(sizes)


def test_five_thousand_rows_are_the_most_that_wait() -> None:
    assert FLUSH_ROWS == 5_000


async def test_what_waits_is_committed_every_second() -> None:
    table, tick = FakeTable(), FakeTick()
    async with flushed(acknowledgements(table), tick) as waiting:
        await waiting.record(answers_of(["a@shop.de"]))
        await tick.tick()
        assert table.column("email_address") == ["a@shop.de"]
        await waiting.record(answers_of(["b@shop.de"]))
        await tick.tick()
        assert table.column("email_address") == ["a@shop.de", "b@shop.de"]
    assert set(tick.asked) == {1.0}


async def test_everything_is_committed_at_the_end() -> None:
    table = FakeTable()
    async with flushed(acknowledgements(table), FakeTick()) as waiting:
        await waiting.record(answers_of(people(3)))
    assert table.column("email_address") == people(3)


async def test_everything_is_committed_also_when_the_run_fails() -> None:
    table = FakeTable()

    async def run() -> None:
        async with flushed(acknowledgements(table), FakeTick()) as waiting:
            await waiting.record(answers_of(people(3)))
            raise LoaderError("Mailchimp is gone")

    with pytest.raises(LoaderError, match="Mailchimp is gone"):
        await run()
    assert table.column("email_address") == people(3)


async def test_everything_is_committed_also_when_the_run_is_cancelled() -> None:
    table, has_begun = FakeTable(), asyncio.Event()

    async def run() -> None:
        async with flushed(acknowledgements(table), FakeTick()) as waiting:
            await waiting.record(answers_of(people(3)))
            has_begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(run())
    await has_begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert table.column("email_address") == people(3)


async def test_nothing_is_committed_where_nothing_was_answered() -> None:
    table, tick = FakeTable(), FakeTick()
    async with flushed(acknowledgements(table), tick):
        await tick.tick()
    assert table.appends == []


async def test_what_could_not_be_committed_still_waits() -> None:
    table = FakeTable(refusals=1)
    waiting = acknowledgements(table)
    await waiting.record(answers_of(["a@shop.de"]))
    with pytest.raises(WarehouseError):
        await waiting.flush()
    await waiting.record(answers_of(["b@shop.de"]))
    await waiting.flush()
    assert table.column("email_address") == ["a@shop.de", "b@shop.de"]


async def test_what_could_not_be_committed_once_is_committed_a_second_later() -> None:
    table, tick = FakeTable(refusals=1), FakeTick()
    async with flushed(acknowledgements(table), tick) as waiting:
        await waiting.record(answers_of(["a@shop.de"]))
        await tick.tick()
        await tick.tick()
        assert table.column("email_address") == ["a@shop.de"]


async def test_what_could_not_be_committed_once_is_committed_at_the_end() -> None:
    table, tick = FakeTable(refusals=1), FakeTick()
    async with flushed(acknowledgements(table), tick) as waiting:
        await waiting.record(answers_of(["a@shop.de"]))
        await tick.tick()
    assert table.column("email_address") == ["a@shop.de"]


async def test_a_warehouse_that_takes_nothing_at_the_end_is_an_error() -> None:
    table = FakeTable(refusals=9)
    with pytest.raises(WarehouseError):
        async with flushed(acknowledgements(table), FakeTick()) as waiting:
            await waiting.record(answers_of(["a@shop.de"]))
    assert table.appends == []


class SlowTable(FakeTable):
    """A table whose writes go on in a thread, as those of a driver do, whoever still waits."""

    def __init__(self) -> None:
        super().__init__()
        self.may_end = threading.Event()

    async def append(self, table: pa.Table) -> None:
        def write() -> None:
            self.may_end.wait(timeout=600)
            self.appends.append(table)

        await asyncio.to_thread(write)


async def test_what_is_being_committed_while_the_run_ends_is_not_committed_twice() -> None:
    table, tick = SlowTable(), FakeTick()
    async with flushed(acknowledgements(table), tick) as waiting:
        await waiting.record(answers_of(people(2)))
        await tick.tick()
        asyncio.get_running_loop().call_soon(table.may_end.set)
    assert table.column("email_address") == people(2)


async def test_what_is_being_committed_when_a_second_signal_comes_is_not_committed_twice() -> None:
    table = SlowTable()
    waiting = acknowledgements(table)
    await waiting.record(answers_of(people(2)))
    committing = asyncio.create_task(waiting.flush())
    await everything_settles()
    committing.cancel()
    await everything_settles()
    table.may_end.set()
    await waiting.flush()
    assert table.column("email_address") == people(2)
