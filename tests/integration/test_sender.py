"""Batches that go wrong as a whole, and memberships of which the answer says nothing."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import pyarrow as pa
import pytest

from fake_time import FakeTime
from fakes import batch_of, client, reason_of, rows_of
from loader.commands.sync.membership_check import ListNow
from loader.commands.sync.recorder import ResultRecorder
from loader.commands.sync.sender import UNANSWERED_BATCHES, UNANSWERED_CONTACTS, BatchSender
from loader.mailchimp.batch_results import uniform_result
from loader.model.batch import Batch, BatchResult, Operation, Outcome
from loader.model.errors import NoUsableResponse
from loader.model.reasons import NOT_MENTIONED
from loader.warehouse.records.acks import Acknowledgements
from sandbox_process import SandboxProcess

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = [f"person{place}@people.example.com" for place in range(9)]


class Recorded:
    """The acknowledgements of a test, by address."""

    def __init__(self) -> None:
        self.tables: list[pa.Table] = []
        self.counters: Counter[str] = Counter()

    async def append(self, table: pa.Table) -> None:
        self.tables.append(table)

    def count(self, answers: BatchResult) -> None:
        for outcome, _, rows in answers.counts:
            self.counters[outcome] += rows

    @property
    def outcomes(self) -> dict[str, tuple[str, str | None]]:
        rows = [row for table in self.tables for row in table.to_pylist()]
        return {row["email_address"]: (row["outcome"], reason_of(row)) for row in rows}


class Calls(NamedTuple):
    """What is sent, and recorded as it comes."""

    sender: BatchSender
    recorder: ResultRecorder

    async def send(self, batch: Batch) -> None:
        async for result in self.sender.send(batch):
            await self.recorder.record(result)


@asynccontextmanager
async def calls_of(
    sandbox: SandboxProcess, list_id: str, segment_id: int | None = None, **to: str
) -> AsyncIterator[tuple[Calls, Recorded]]:
    recorded = Recorded()
    key = {"run_id": "run", "list_id": list_id}
    acknowledgements = Acknowledgements(recorded.append, key, NOW.replace(tzinfo=None))
    async with client(
        to.get("base_url", sandbox.url), sandbox.key, retry_policy=FakeTime().retry_policy(60.0)
    ) as opened:
        segments = {} if segment_id is None else {"Readers": segment_id}
        now = ListNow(client=opened, list_id=list_id, segments=segments, since=None, workers=2)
        calls = Calls(
            BatchSender({"people": opened}, list_id, segments),
            ResultRecorder(acknowledgements, recorded.count, now),
        )
        yield calls, recorded
        await acknowledgements.flush()


def with_one_bad(bad: str) -> Batch:
    """Contacts of which one is no object, which makes Mailchimp refuse the whole call."""
    bodies = {one: f'{{"email_address":"{one}","status_if_new":"subscribed"}},' for one in PEOPLE}
    return Batch(route=Operation.UPSERT, rows=rows_of(bodies | {bad: "5,"}))


@pytest.mark.parametrize("bad", [PEOPLE[0], PEOPLE[4], PEOPLE[8]])
async def test_a_batch_refused_as_a_whole_costs_only_the_contact_that_is_minded(
    sandbox: SandboxProcess, bad: str
) -> None:
    list_id = sandbox.new_list()
    async with calls_of(sandbox, list_id) as (calls, recorded):
        await calls.send(with_one_bad(bad))
    there = {member["email_address"] for member in sandbox.members(list_id)}
    assert there == set(PEOPLE) - {bad}
    assert recorded.outcomes[bad] == ("rejected", "Invalid Resource")
    assert recorded.counters == {"accepted": 8, "rejected": 1}


async def test_neighbours_that_mailchimp_cannot_take_cost_only_themselves(
    sandbox: SandboxProcess,
) -> None:
    list_id = sandbox.new_list()
    bad = PEOPLE[2:7]
    sandbox.control("POST", f"/lists/{list_id}/marks", {"mark": "poison", "addresses": bad})
    async with calls_of(sandbox, list_id) as (calls, recorded):
        await calls.send(batch_of(Operation.UPSERT, PEOPLE))
    assert {one for one, (outcome, _) in recorded.outcomes.items() if outcome == "unknown"} == set(
        bad
    )
    assert recorded.counters == {"unknown": 5, "rejected": 4}  # the others lack a status


async def test_who_exists_in_half_of_an_unanswered_batch_may_be_there_because_of_it(
    sandbox: SandboxProcess,
) -> None:
    list_id, bad, there = sandbox.new_list(), PEOPLE[0], PEOPLE[8]
    sandbox.put(list_id, {"email_address": there, "status": "subscribed"})
    sandbox.control("POST", f"/lists/{list_id}/marks", {"mark": "poison", "addresses": [bad]})
    async with calls_of(sandbox, list_id) as (calls, recorded):
        await calls.send(batch_of(Operation.CREATE, PEOPLE))
    assert recorded.outcomes[there][0] == "unknown"


async def test_when_no_contact_is_taken_the_run_does_not_try_each_of_them(
    sandbox: SandboxProcess,
) -> None:
    list_id = sandbox.new_list()
    people = [f"person{place}@people.example.com" for place in range(64)]
    sandbox.faults({"kind": "500_json", "rate": 1, "method": "POST", "path": "/lists/{list_id}"})
    try:
        async with calls_of(sandbox, list_id) as (calls, recorded):
            with pytest.raises(NoUsableResponse):
                await calls.send(batch_of(Operation.UPSERT, people))
    finally:
        sandbox.faults()
    assert recorded.counters == {"unknown": UNANSWERED_CONTACTS}


async def test_a_refusal_is_an_answer_after_which_silences_are_counted_anew(
    sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loader.commands.sync.sender.UNANSWERED_CONTACTS", 2)
    list_id = sandbox.new_list()
    bad = PEOPLE[:2]
    sandbox.control("POST", f"/lists/{list_id}/marks", {"mark": "poison", "addresses": bad})
    one, other, last = (batch_of(Operation.UPSERT, [address]) for address in PEOPLE[:3])
    refused = Batch(route=Operation.UPSERT, rows=rows_of({PEOPLE[3]: "5,"}))
    async with calls_of(sandbox, list_id) as (calls, recorded):
        for batch in (one, refused, other, last):
            await calls.send(batch)
    assert [recorded.outcomes[address][0] for address in bad] == ["unknown", "unknown"]
    assert recorded.counters == {"unknown": 2, "rejected": 2}


async def test_who_was_in_the_segment_before_is_found_there_and_who_is_not_is_unknown(
    sandbox: SandboxProcess,
) -> None:
    list_id = sandbox.new_list()
    sandbox.put(
        list_id,
        *({"email_address": one, "status": "subscribed", "tags": ["Readers"]} for one in PEOPLE),
    )
    (segment,) = sandbox.get(f"/lists/{list_id}/segments")["segments"]
    stranger = "stranger@people.example.com"
    async with calls_of(sandbox, list_id, segment["id"]) as (calls, recorded):
        adding = replace(batch_of(Operation.SEGMENT_ADD, [*PEOPLE, stranger]), segment="Readers")
        await calls.send(adding)
        assert recorded.counters == {}
        await calls.recorder.confirm_memberships()
    assert {recorded.outcomes[one][0] for one in PEOPLE} == {"accepted"}
    assert recorded.outcomes[stranger][0] == "unknown"


async def test_who_was_archived_is_not_taken_out_unseen_when_others_are_put_in(
    sandbox: SandboxProcess,
) -> None:
    list_id = sandbox.new_list()
    statuses = dict(zip(PEOPLE, ("archived", "subscribed"), strict=False))
    sandbox.put(
        list_id,
        *({"email_address": one, "status": statuses[one], "tags": ["Readers"]} for one in statuses),
    )
    (segment,) = sandbox.get(f"/lists/{list_id}/segments")["segments"]
    async with calls_of(sandbox, list_id, segment["id"]) as (calls, recorded):
        for route, address in zip(
            (Operation.SEGMENT_REMOVE, Operation.SEGMENT_ADD), statuses, strict=True
        ):
            batch = replace(batch_of(route, [address]), segment="Readers")
            silence = uniform_result(batch, Outcome.UNKNOWN, code=NOT_MENTIONED)
            await calls.recorder.record(silence)
        await calls.recorder.confirm_memberships()
    assert recorded.outcomes == {
        PEOPLE[0]: ("held", "archived"),
        PEOPLE[1]: ("accepted", None),
    }


async def test_who_is_gone_already_needs_no_archive(sandbox: SandboxProcess) -> None:
    list_id = sandbox.new_list()
    async with calls_of(sandbox, list_id) as (calls, recorded):
        await calls.send(batch_of(Operation.ARCHIVE, PEOPLE[:1]))
    assert recorded.outcomes == {PEOPLE[0]: ("accepted", "not on the list")}


async def test_who_unsubscribed_since_the_list_was_read_is_not_archived_over_it(
    sandbox: SandboxProcess,
) -> None:
    list_id = sandbox.new_list()
    sandbox.put(list_id, {"email_address": PEOPLE[0], "status": "unsubscribed"})
    async with calls_of(sandbox, list_id) as (calls, recorded):
        await calls.send(batch_of(Operation.ARCHIVE, PEOPLE[:1]))
    assert recorded.outcomes == {PEOPLE[0]: ("accepted", "already unsubscribed")}
    assert [one["status"] for one in sandbox.members(list_id)] == ["unsubscribed"]


def changed_at(sandbox: SandboxProcess, list_id: str) -> datetime:
    """When Mailchimp says that the one contact of a list was changed last, without a zone."""
    (shown,) = sandbox.members(list_id)
    return datetime.fromisoformat(shown["last_changed"]).replace(tzinfo=None)


async def test_whom_we_archived_is_revived_when_nobody_touched_them(
    sandbox: SandboxProcess,
) -> None:
    list_id = sandbox.new_list()
    sandbox.put(list_id, {"email_address": PEOPLE[0], "status": "archived"})
    batch = batch_of(Operation.REVIVE, PEOPLE[:1], changed=changed_at(sandbox, list_id))
    body = b'{"status":"subscribed","email_address":"' + PEOPLE[0].encode() + b'"},'
    rows = batch.rows.set_column(batch.rows.num_columns - 1, "body", pa.array([body.decode()]))
    async with calls_of(sandbox, list_id) as (calls, recorded):
        await calls.send(replace(batch, rows=rows))
    assert recorded.outcomes == {PEOPLE[0]: ("accepted", None)}
    assert [one["status"] for one in sandbox.members(list_id)] == ["subscribed"]


@pytest.mark.parametrize("happens", ["unsubscribed", "unsubscribed and archived", "cleaned"])
async def test_whom_an_administrator_touched_since_the_list_was_read_is_not_revived(
    sandbox: SandboxProcess, happens: str
) -> None:
    list_id = sandbox.new_list()
    sandbox.put(list_id, {"email_address": PEOPLE[0], "status": "archived"})
    batch = batch_of(Operation.REVIVE, PEOPLE[:1], changed=changed_at(sandbox, list_id))
    sandbox.control("POST", "/clock", {"advance": 3})
    statuses = happens.split(" and ")
    for status in statuses:
        sandbox.put(list_id, {"email_address": PEOPLE[0], "status": status})
    sandbox.control("POST", "/requests/reset")
    async with calls_of(sandbox, list_id) as (calls, recorded):
        await calls.send(batch)
    assert recorded.outcomes == {PEOPLE[0]: ("held", statuses[-1])}
    assert [one["status"] for one in sandbox.members(list_id)] == [statuses[-1]]
    assert sandbox.requests()["writes"] == 0


async def test_when_mailchimp_is_away_the_batches_tried_are_unknown_and_no_more_are_tried(
    sandbox: SandboxProcess,
) -> None:
    nobody = "http://127.0.0.1:9/3.0"  # the discard port: nothing listens there
    async with calls_of(sandbox, "list", base_url=nobody) as (calls, recorded):
        for address in PEOPLE[:UNANSWERED_BATCHES]:
            await calls.send(batch_of(Operation.UPSERT, [address]))
        with pytest.raises(NoUsableResponse):
            await calls.send(batch_of(Operation.UPSERT, PEOPLE[UNANSWERED_BATCHES:]))
    assert recorded.counters == {"unknown": UNANSWERED_BATCHES}
