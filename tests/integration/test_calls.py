"""Batches that go wrong as a whole, and memberships of which the answer says nothing."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from fake_time import FakeTime
from fakes import batch_of, client, rows_of
from loader.errors import Unanswered
from loader.mailchimp.outcomes import UNMENTIONED, decided
from loader.model import Answers, Batch, Outcome, Route
from loader.pipeline.calls import SILENCES, SILENCES_ALONE, Calls
from loader.pipeline.lookups import ListNow
from loader.warehouse.acks import Acknowledgements
from sandbox_process import SandboxProcess

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = [f"person{place}@people.example.com" for place in range(9)]


class Recorded:
    """The acknowledgements of a test, by address."""

    def __init__(self) -> None:
        self.tables: list[pa.Table] = []
        self.counted: Counter[str] = Counter()

    async def append(self, table: pa.Table) -> None:
        self.tables.append(table)

    def count(self, answers: Answers) -> None:
        for outcome, _, rows in answers.tally:
            self.counted[outcome] += rows

    @property
    def outcomes(self) -> dict[str, tuple[str, str | None]]:
        rows = [row for table in self.tables for row in table.to_pylist()]
        return {row["email_address"]: (row["outcome"], row["reason"]) for row in rows}


@asynccontextmanager
async def calls_of(
    sandbox: SandboxProcess, list_id: str, segment_id: int | None = None, **to: str
) -> AsyncIterator[tuple[Calls, Recorded]]:
    recorded = Recorded()
    key = {"run_id": "run", "list_id": list_id}
    acknowledgements = Acknowledgements(recorded.append, key, NOW.replace(tzinfo=None))
    async with client(
        to.get("base_url", sandbox.url), sandbox.key, patience=FakeTime().patience(60.0)
    ) as opened:
        calls = Calls(
            {"people": opened},
            ListNow(
                client=opened,
                list_id=list_id,
                segments={} if segment_id is None else {"Readers": segment_id},
                since=None,
                workers=2,
            ),
            acknowledgements=acknowledgements,
            count=recorded.count,
        )
        yield calls, recorded
        await acknowledgements.flush()


def with_one_bad(bad: str) -> Batch:
    """Contacts of which one is no object, which makes Mailchimp refuse the whole call."""
    bodies = {one: f'{{"email_address":"{one}","status_if_new":"subscribed"}},' for one in PEOPLE}
    return Batch(route=Route.UPSERT, rows=rows_of(bodies | {bad: "5,"}))


@pytest.mark.parametrize("bad", [PEOPLE[0], PEOPLE[4], PEOPLE[8]])
async def test_a_batch_refused_as_a_whole_costs_only_the_contact_that_is_minded(
    sandbox: SandboxProcess, bad: str
) -> None:
    list_id = sandbox.new_list()
    async with calls_of(sandbox, list_id) as (calls, recorded):
        await calls.record(await calls.send(with_one_bad(bad)))
    there = {member["email_address"] for member in sandbox.members(list_id)}
    assert there == set(PEOPLE) - {bad}
    assert recorded.outcomes[bad] == ("rejected", "Invalid Resource")
    assert recorded.counted == {"accepted": 8, "rejected": 1}


async def test_neighbours_that_mailchimp_cannot_take_cost_only_themselves(
    sandbox: SandboxProcess,
) -> None:
    list_id = sandbox.new_list()
    bad = PEOPLE[2:7]
    sandbox.control("POST", f"/lists/{list_id}/marks", {"mark": "poison", "addresses": bad})
    async with calls_of(sandbox, list_id) as (calls, recorded):
        await calls.record(await calls.send(batch_of(Route.UPSERT, PEOPLE)))
    assert {one for one, (outcome, _) in recorded.outcomes.items() if outcome == "unknown"} == set(
        bad
    )
    assert recorded.counted == {"unknown": 5, "rejected": 4}  # the others lack a status


async def test_when_no_contact_is_taken_the_run_does_not_try_each_of_them(
    sandbox: SandboxProcess,
) -> None:
    list_id = sandbox.new_list()
    people = [f"person{place}@people.example.com" for place in range(64)]
    sandbox.faults({"kind": "500_json", "rate": 1, "method": "POST", "path": "/lists/{list_id}"})
    try:
        async with calls_of(sandbox, list_id) as (calls, recorded):
            with pytest.raises(Unanswered):
                await calls.record(await calls.send(batch_of(Route.UPSERT, people)))
    finally:
        sandbox.faults()
    assert recorded.counted == {"unknown": SILENCES_ALONE}


async def test_a_refusal_is_an_answer_after_which_silences_are_counted_anew(
    sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loader.pipeline.calls.SILENCES_ALONE", 2)
    list_id = sandbox.new_list()
    bad = PEOPLE[:2]
    sandbox.control("POST", f"/lists/{list_id}/marks", {"mark": "poison", "addresses": bad})
    one, other, last = (batch_of(Route.UPSERT, [address]) for address in PEOPLE[:3])
    refused = Batch(route=Route.UPSERT, rows=rows_of({PEOPLE[3]: "5,"}))
    async with calls_of(sandbox, list_id) as (calls, recorded):
        for batch in (one, refused, other, last):
            await calls.record(await calls.send(batch))
    assert [recorded.outcomes[address][0] for address in bad] == ["unknown", "unknown"]
    assert recorded.counted == {"unknown": 2, "rejected": 2}


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
        adding = replace(batch_of(Route.SEGMENT_ADD, [*PEOPLE, stranger]), segment="Readers")
        await calls.record(await calls.send(adding))
        assert recorded.counted == {}
        await calls.look_up()
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
        for route, address in zip((Route.SEGMENT_REMOVE, Route.SEGMENT_ADD), statuses, strict=True):
            batch = replace(batch_of(route, [address]), segment="Readers")
            silence = decided(batch, Outcome.UNKNOWN, reason=UNMENTIONED)
            await calls.record([silence])
        await calls.look_up()
    assert recorded.outcomes == {
        PEOPLE[0]: ("held", "archived"),
        PEOPLE[1]: ("accepted", None),
    }


async def test_who_is_gone_already_needs_no_archive(sandbox: SandboxProcess) -> None:
    list_id = sandbox.new_list()
    async with calls_of(sandbox, list_id) as (calls, recorded):
        await calls.record(await calls.send(batch_of(Route.ARCHIVE, PEOPLE[:1])))
    assert recorded.outcomes == {PEOPLE[0]: ("accepted", "not on the list")}


async def test_who_unsubscribed_since_the_list_was_read_is_not_archived_over_it(
    sandbox: SandboxProcess,
) -> None:
    list_id = sandbox.new_list()
    sandbox.put(list_id, {"email_address": PEOPLE[0], "status": "unsubscribed"})
    async with calls_of(sandbox, list_id) as (calls, recorded):
        await calls.record(await calls.send(batch_of(Route.ARCHIVE, PEOPLE[:1])))
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
    batch = batch_of(Route.REVIVE, PEOPLE[:1], changed=changed_at(sandbox, list_id))
    body = b'{"status":"subscribed","email_address":"' + PEOPLE[0].encode() + b'"},'
    rows = batch.rows.set_column(batch.rows.num_columns - 1, "body", pa.array([body.decode()]))
    async with calls_of(sandbox, list_id) as (calls, recorded):
        await calls.record(await calls.send(replace(batch, rows=rows)))
    assert recorded.outcomes == {PEOPLE[0]: ("accepted", None)}
    assert [one["status"] for one in sandbox.members(list_id)] == ["subscribed"]


@pytest.mark.parametrize("happens", ["unsubscribed", "unsubscribed and archived", "cleaned"])
async def test_whom_an_administrator_touched_since_the_list_was_read_is_not_revived(
    sandbox: SandboxProcess, happens: str
) -> None:
    list_id = sandbox.new_list()
    sandbox.put(list_id, {"email_address": PEOPLE[0], "status": "archived"})
    batch = batch_of(Route.REVIVE, PEOPLE[:1], changed=changed_at(sandbox, list_id))
    sandbox.control("POST", "/clock", {"advance": 3})
    statuses = happens.split(" and ")
    for status in statuses:
        sandbox.put(list_id, {"email_address": PEOPLE[0], "status": status})
    sandbox.control("POST", "/requests/reset")
    async with calls_of(sandbox, list_id) as (calls, recorded):
        await calls.record(await calls.send(batch))
    assert recorded.outcomes == {PEOPLE[0]: ("held", statuses[-1])}
    assert [one["status"] for one in sandbox.members(list_id)] == [statuses[-1]]
    assert sandbox.requests()["writes"] == 0


async def test_when_mailchimp_is_away_the_batches_tried_are_unknown_and_no_more_are_tried(
    sandbox: SandboxProcess,
) -> None:
    nobody = "http://127.0.0.1:9/3.0"  # the discard port: nothing listens there
    async with calls_of(sandbox, "list", base_url=nobody) as (calls, recorded):
        for address in PEOPLE[:SILENCES]:
            await calls.record(await calls.send(batch_of(Route.UPSERT, [address])))
        with pytest.raises(Unanswered):
            await calls.send(batch_of(Route.UPSERT, PEOPLE[SILENCES:]))
    assert recorded.counted == {"unknown": SILENCES}
