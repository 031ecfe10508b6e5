"""Read which contacts a list shows, in which status, since the last time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from loader.concurrency import run_workers, together
from loader.mailchimp.http import Request, Response
from loader.mailchimp.lists import members_request, parse_members
from loader.mailchimp.transport.client import Client
from loader.model.errors import Interrupted, Moving, Unavailable
from loader.model.mailchimp_facts import PAGE
from loader.model.settings import utc_now
from loader.warehouse.staging import StagedStatuses

SECOND = timedelta(seconds=1)  # the resolution of last_changed, and of a strict "since"
OVERLAP = 50  # rows that two pages share ...
STEP = PAGE - OVERLAP  # ... and from one to the next
MAX_CLOCK_AHEAD = timedelta(hours=2)  # of our clock, at the most, is Mailchimp's taken to be
MAX_READ_ATTEMPTS = 3  # of a list that changes faster than that

Keep = Callable[[pa.RecordBatch], Awaitable[None]]


class _Page(NamedTuple):
    """A page of contacts, how many there are in all, and a moment before it was read."""

    rows: pa.RecordBatch
    total: int
    began: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One way of looking at a list: everybody but the archived, or the archived."""

    list_id: str
    since: datetime | None
    archived: bool

    def page(self, offset: int) -> Request:
        return members_request(
            self.list_id, since=self.since, archived=self.archived, offset=offset
        )


class _Edges:
    """Where pages that follow one another meet: whoever is on two of them, none is missing between.

    A contact that changes meanwhile moves to the end, and everybody behind it one place forward;
    who is deleted moves the others up as well. Pages overlap, so that one that lost touch with the
    page before it has moved by more than that.
    """

    def __init__(self) -> None:
        self._heads: dict[int, pa.Array] = {}
        self._tails: dict[int, pa.Array] = {}

    def add(self, offset: int, page: pa.RecordBatch) -> None:
        addresses = page.column("email_address")
        self._heads[offset] = addresses.slice(0, 2 * OVERLAP)
        if len(addresses) == PAGE:
            self._tails[offset] = addresses.slice(PAGE - OVERLAP)

    def meet(self) -> bool:
        return all(
            pc.any(pc.is_in(tail, value_set=self._heads[offset + STEP])).as_py()
            for offset, tail in self._tails.items()
            if offset + STEP in self._heads
        )


async def sync_member_status(
    client: Client, members: StagedStatuses, list_id: str, *, workers: int, stopping: asyncio.Event
) -> int:
    """Bring `mailchimp_members` up to date for a list.

    What changed in the second of the last read and later is read again, because `since` is strict
    and times have whole seconds
    (https://mailchimp.com/developer/marketing/api/list-members/list-members-info/). Where
    Mailchimp's clock went back, everything is read. Contacts that were deleted permanently are in
    no page, and stay until `status` of a write says otherwise.

    Args:
        client: the account's client.
        members: takes the pages, and keeps them when all are there.
        list_id: Mailchimp's id of the list.
        workers: how many pages are read at a time.
        stopping: set when somebody asks for an end.

    Returns:
        How many contacts the table then has of the list.

    Raises:
        Moving: the list is changing while it is being read.
        Interrupted: somebody asked for an end; nothing of this reading is kept.
    """
    mark, _ = await members.mark()
    await members.begin()
    # contacts that changed in the second of the last read may have come after it
    since = None if mark is None else mark - SECOND
    # both first pages come before the others: who is archived meanwhile is in one of the two
    # readings
    readings, first = await _first_pages(client, list_id, since)
    # a mark in the future would hide whoever changes until then
    if mark is not None and mark > _began(first):
        readings, first = await _first_pages(client, list_id, None)
    keep = partial(members.add, read_at=_began(first))
    await together(
        [
            _read(client, reading, page, partial(keep, position=index), workers, stopping)
            for index, (reading, page) in enumerate(zip(readings, first, strict=True))
        ]
    )
    if stopping.is_set():
        raise Interrupted("The run was stopped while it was reading the list. Run it again.")
    await members.keep()
    return (await members.mark())[1]


async def _first_pages(
    client: Client, list_id: str, since: datetime | None
) -> tuple[list[_Reading], list[_Page]]:
    """Both ways of looking at a list, and the first page of each, side by side."""
    readings = [
        _Reading(list_id=list_id, since=since, archived=archived) for archived in (False, True)
    ]
    pages: list[_Page] = await together([client.request(one.page(0), _page) for one in readings])
    return readings, pages


def _began(pages: list[_Page]) -> datetime:
    """A moment before any of these pages was read: whatever changes later is read next time."""
    return min(page.began for page in pages)


async def _read(
    client: Client,
    reading: _Reading,
    first: _Page,
    keep: Keep,
    workers: int,
    stopping: asyncio.Event,
) -> None:
    """Take the first page and all that follow it, side by side; again where one is missing."""
    # what an earlier try kept stays: of the rows of a contact the last change counts
    for _ in range(MAX_READ_ATTEMPTS):
        await keep(first.rows)
        if await _later_pages(client, reading, first, keep, workers, stopping) or stopping.is_set():
            return
        first = await client.request(reading.page(0), _page)
    raise Moving(
        f"The list {reading.list_id} is changing while it is being read. Is an import running?"
        " Nothing was sent. Run again when it has finished."
    )


async def _later_pages(
    client: Client,
    reading: _Reading,
    first: _Page,
    keep: Keep,
    workers: int,
    stopping: asyncio.Event,
) -> bool:
    """Take the pages behind the first; whether they follow one another and none is missing."""
    edges, lost = _Edges(), asyncio.Event()
    edges.add(0, first.rows)

    async def offsets() -> AsyncIterator[int]:
        for offset in range(STEP, first.total, STEP) if first.total > PAGE else ():
            if lost.is_set():
                return
            yield offset

    async def read_one(offset: int) -> AsyncGenerator[tuple[int, pa.RecordBatch], None]:
        page = await client.request(reading.page(offset), _page)
        # more went than two pages share: somebody may be between them
        if page.total < first.total - OVERLAP:
            lost.set()
        yield offset, page.rows

    async def keep_one(found: tuple[int, pa.RecordBatch]) -> None:
        edges.add(*found)
        await keep(found[1])

    await run_workers(
        offsets(), handle=read_one, on_result=keep_one, workers=workers, stopping=stopping
    )
    return edges.meet() and not lost.is_set()


async def archived_since(
    client: Client, list_id: str, since: datetime | None, *, workers: int
) -> pa.Array:
    """Read who was archived after a moment, and some who were before it.

    Args:
        client: the account's client.
        list_id: Mailchimp's id of the list.
        since: in UTC without a zone; None is from the beginning.
        workers: how many pages are read at a time.

    Returns:
        Their addresses as keys.

    Raises:
        Moving: the list is changing while it is being read.
    """
    since = None if since is None else since - SECOND
    reading = _Reading(list_id=list_id, since=since, archived=True)
    found: list[pa.RecordBatch] = []

    async def keep(page: pa.RecordBatch) -> None:
        found.append(page)

    # it is read to its end also in a run that stops: who is settled by it was sent already
    first = await client.request(reading.page(0), _page)
    await _read(client, reading, first, keep, workers, asyncio.Event())
    return pa.concat_arrays([page.column("email_address") for page in found])


def _page(response: Response) -> _Page:
    rows, total = parse_members(response)
    # the answer may have been made at any moment since it was asked for
    began = response_time(response) - timedelta(seconds=ceil(response.seconds))
    return _Page(rows, total, began)


def response_time(response: Response) -> datetime:
    """When Mailchimp answered, by its own clock.

    A clock that is far ahead of ours may be that of whoever passed the answer on. What changes is
    dated by another, and would be overlooked by who asks since that moment; then it is our clock's.

    Args:
        response: Mailchimp's answer.

    Returns:
        The time in UTC without a zone, in whole seconds.

    Raises:
        Unavailable: the answer does not say.
    """
    found = response.answered_at
    if found is None:
        raise Unavailable(
            "Mailchimp's answer has no Date, so the next read would not know where to begin."
        )
    ours = utc_now().replace(microsecond=0)
    return ours if found > ours + MAX_CLOCK_AHEAD else found
