"""A delta in any pieces becomes calls as full as they may be."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import given as given_rows
from fakes import rows_of
from loader.commands.sync.batching import cut_batches
from loader.model.batch import BATCH_BYTES, Batch, Operation
from loader.model.mailchimp_facts import BATCH_CONTACTS

BULK = [route for route in Operation if not route.is_single_call]
LENGTHS = st.lists(st.integers(0, 40), max_size=60)
PLENTY = 1_000_000


def delta(lengths: list[int], segments: list[str] | None = None) -> pa.RecordBatch:
    rows = rows_of({f"{place}@shop.de": '"' + "x" * n + '",' for place, n in enumerate(lengths)})
    return rows.append_column("segment", pa.array(segments or [""] * len(lengths), pa.string()))


@st.composite
def in_pieces(draw: st.DrawFn) -> tuple[pa.RecordBatch, list[pa.RecordBatch]]:
    """A delta, and the record batches that it arrives in: empty ones too, slices and copies."""
    whole = delta(draw(LENGTHS))
    places = st.integers(0, whole.num_rows)
    cuts = sorted([0, whole.num_rows, *draw(st.lists(places, max_size=8))])
    pieces = [whole.slice(start, end - start) for start, end in pairwise(cuts)]
    return whole, [one if draw(st.booleans()) else pa.concat_batches([one]) for one in pieces]


def planned(
    route: Operation,
    *pieces: pa.RecordBatch,
    contacts: int = BATCH_CONTACTS,
    limit: int = BATCH_BYTES,
) -> list[Batch]:
    async def collect() -> list[Batch]:
        return [
            batch
            async for batch in cut_batches(
                given_rows(*pieces), route, contacts=contacts, limit=limit
            )
        ]

    return asyncio.run(collect())


def addresses(*parts: pa.RecordBatch) -> list[str]:
    return [address for part in parts for address in part.column("email_address").to_pylist()]


@given(in_pieces(), st.sampled_from(list(Operation)), st.integers(1, 9), st.integers(1, 200))
def test_nothing_is_lost_and_the_order_stays(
    arriving: tuple[pa.RecordBatch, list[pa.RecordBatch]],
    route: Operation,
    contacts: int,
    limit: int,
) -> None:
    whole, pieces = arriving
    calls = planned(route, *pieces, contacts=contacts, limit=limit)
    assert addresses(*(call.rows for call in calls)) == addresses(whole)
    assert {call.route for call in calls} <= {route}


@given(in_pieces(), st.sampled_from(BULK), st.integers(1, 9), st.integers(1, 200))
def test_no_call_is_larger_than_allowed_unless_one_contact_alone_is(
    arriving: tuple[pa.RecordBatch, list[pa.RecordBatch]],
    route: Operation,
    contacts: int,
    limit: int,
) -> None:
    for call in planned(route, *arriving[1], contacts=contacts, limit=limit):
        assert 1 <= call.size <= contacts
        assert len(call.body) <= limit or call.size == 1


@given(in_pieces(), st.sampled_from(BULK), st.integers(1, 9))
def test_there_are_as_few_calls_as_there_can_be(
    arriving: tuple[pa.RecordBatch, list[pa.RecordBatch]], route: Operation, contacts: int
) -> None:
    whole, pieces = arriving
    calls = planned(route, *pieces, contacts=contacts, limit=PLENTY)
    assert len(calls) == -(-whole.num_rows // contacts)


@given(st.lists(st.integers(0, 7), max_size=6), st.integers(1, 5), st.integers(1, 9))
def test_a_call_is_about_one_segment_and_each_has_as_few_as_there_can_be(
    sizes: list[int], contacts: int, piece: int
) -> None:
    names = [f"segment {place}" for place, size in enumerate(sizes) for _ in range(size)]
    whole = delta([3] * len(names), names)
    pieces = [whole.slice(start, piece) for start in range(0, len(names), piece)]
    calls = planned(Operation.SEGMENT_ADD, *pieces, contacts=contacts)
    assert [call.segment for call in calls for _ in range(call.size)] == names
    assert addresses(*(call.rows for call in calls)) == addresses(whole)
    assert len(calls) == sum(-(-size // contacts) for size in sizes)


@given(in_pieces(), st.integers(2, 9), st.integers(1, 200))
def test_a_call_ends_only_where_the_next_contact_would_be_too_much(
    arriving: tuple[pa.RecordBatch, list[pa.RecordBatch]], contacts: int, limit: int
) -> None:
    calls = planned(Operation.UPSERT, *arriving[1], contacts=contacts, limit=limit)
    for call, following in pairwise(calls):
        first_of_next = len(str(following.rows.column("body")[0]))
        is_full = call.size == contacts
        assert is_full or len(call.body) + 1 + first_of_next > limit


@given(in_pieces(), st.sampled_from([route for route in Operation if route.is_single_call]))
def test_where_there_is_no_bulk_call_each_contact_goes_alone(
    arriving: tuple[pa.RecordBatch, list[pa.RecordBatch]], route: Operation
) -> None:
    whole, pieces = arriving
    assert [call.size for call in planned(route, *pieces)] == [1] * whole.num_rows


@pytest.mark.parametrize("route", BULK)
def test_mailchimp_gets_five_hundred_contacts_a_call(route: Operation) -> None:
    assert [call.size for call in planned(route, delta([5] * 1201))] == [500, 500, 201]


def test_mailchimp_gets_five_megabytes_a_call() -> None:
    calls = planned(Operation.UPSERT, delta([1_000_000] * 7))
    assert [call.size for call in calls] == [4, 3]
    assert max(len(call.body) for call in calls) <= BATCH_BYTES


@given(in_pieces(), st.integers(1, 9))
def test_every_body_is_json_as_one_would_write_it_by_hand(
    arriving: tuple[pa.RecordBatch, list[pa.RecordBatch]], contacts: int
) -> None:
    whole, pieces = arriving
    calls = planned(Operation.SEGMENT_ADD, *pieces, contacts=contacts)
    sent = [text for call in calls for text in orjson.loads(b"[" + call.body + b"]")]
    assert sent == [orjson.loads(text[:-1]) for text in whole.column("body").to_pylist()]


async def test_the_source_is_read_no_further_than_the_calls_that_are_wanted() -> None:
    read: list[int] = []

    async def source() -> AsyncIterator[pa.RecordBatch]:
        for place in range(5):
            read.append(place)
            yield delta([1] * 4)

    plan = cut_batches(source(), Operation.UPSERT, contacts=2)
    await anext(plan)
    assert read == [0]
