"""On the happy path a contact never becomes a Python object."""

import asyncio
import gc
import sys
from collections.abc import Callable
from typing import Any

import orjson
import pyarrow as pa
import pytest

from fakes import contacts_answer, given, member, memberships_answer, response, rows_of
from loader.commands.sync.batching import cut_batches
from loader.mailchimp.contacts import contacts_answers, contacts_request
from loader.mailchimp.segments import membership_answers, membership_request
from loader.model.batch import Batch, BatchResult, Operation
from loader.warehouse.records.acks import Acknowledgements

FEW, MANY = 1_000, 20_000
NOISE = 300  # objects that come and go whatever the number of contacts


def delta(count: int) -> pa.RecordBatch:
    fields = ',"merge_fields":{"FNAME":"Ann"}'
    return rows_of(
        {
            f"{place}@shop.de": f'{{"email_address":"{place}@shop.de"{fields}}},'
            for place in range(count)
        }
    )


def whole(rows: pa.RecordBatch, route: Operation) -> Batch:
    """A batch far larger than Mailchimp takes, so that objects a contact would show."""

    async def first() -> Batch:
        of_segment = rows.append_column("segment", pa.array([""] * rows.num_rows))
        return await anext(
            cut_batches(given(of_segment), route, contacts=rows.num_rows, limit=10**9)
        )

    return asyncio.run(first())


def stored(count: int, array: str) -> bytes:
    fields = {"merge_fields": {"FNAME": "Ann", "LNAME": ""}}
    found = {array: [member(f"{place}@shop.de") | fields for place in range(count)]}
    if array == "members_added":
        return orjson.dumps(memberships_answer(**found))
    return orjson.dumps(contacts_answer(**found, total_created=count))


def most_objects(work: Callable[[], object]) -> int:
    """How many small objects were alive at once, at any call or return, beyond those before.

    `sys.getallocatedblocks` counts every object of Python, and nothing of Arrow's.
    """
    gc.collect()
    before = most = sys.getallocatedblocks()

    def look(*_: object) -> None:
        nonlocal most
        most = max(most, sys.getallocatedblocks())

    sys.setprofile(look)
    try:
        work()
    finally:
        sys.setprofile(None)
    return most - before


def contacts(count: int) -> Callable[[], BatchResult]:
    rows, body = delta(count), stored(count, "new_members")

    def work() -> BatchResult:
        batch = whole(rows, Operation.UPSERT)
        contacts_request("f00d", batch)
        return contacts_answers(batch, response(body))

    return work


def memberships(count: int) -> Callable[[], BatchResult]:
    rows, body = delta(count), stored(count, "members_added")

    def work() -> BatchResult:
        batch = whole(rows, Operation.SEGMENT_ADD)
        membership_request("f00d", 42, batch)
        return membership_answers(batch, response(body))

    return work


def acknowledged(count: int) -> Callable[[], None]:
    answers = contacts(count)()

    async def append(table: pa.Table) -> None:
        assert table.num_rows == count

    async def record() -> None:
        key = {"run_id": "1", "audience": "a", "list_id": "f00d"}
        answered = BatchResult(route=answers.route, rows=answers.rows, answered_at=None)
        moment: Any = pa.scalar(0, pa.timestamp("us")).as_py()
        waiting = Acknowledgements(append, key, moment)
        await waiting.record(answered)
        await waiting.flush()

    return lambda: asyncio.run(record())


@pytest.mark.parametrize("step", [contacts, memberships, acknowledged])
def test_many_contacts_are_no_more_objects_than_few(
    step: Callable[[int], Callable[[], object]],
) -> None:
    step(FEW)()  # what is loaded and cached by the first
    few, many = most_objects(step(FEW)), most_objects(step(MANY))
    assert many - few < NOISE


def test_the_tally_of_what_was_accepted_is_no_object_a_contact() -> None:
    answers = contacts(MANY)()
    assert most_objects(lambda: answers.counts) < NOISE


def test_the_measure_shows_a_text_a_contact() -> None:
    batch = whole(delta(MANY), Operation.UPSERT)
    assert most_objects(lambda: batch.rows.column("email_address").to_pylist()) > MANY


def test_only_an_answer_with_a_refusal_is_looked_at_contact_by_contact() -> None:
    batch = whole(delta(FEW), Operation.UPSERT)
    body = stored(FEW - 1, "new_members")  # and one that is not mentioned
    assert most_objects(lambda: contacts_answers(batch, response(body))) > FEW
