"""Read which contacts a list shows, in which status, since the last time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial

import pyarrow as pa

from loader.errors import Interrupted, MailchimpError, Unavailable
from loader.mailchimp.client import Client
from loader.mailchimp.lists import PAGE, members_of, members_page
from loader.mailchimp.wire import Request, Response
from loader.stream import stream
from loader.warehouse.shown import Members

SECOND = timedelta(seconds=1)  # the resolution of last_changed, and of a strict "since"
OVERLAP = 50  # rows that two pages share
READINGS = 3  # of a list that changes faster than that

Keep = Callable[[pa.RecordBatch], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One way of looking at a list: everybody but the archived, or the archived."""

    list_id: str
    since: datetime | None
    archived: bool

    def page(self, offset: int, count: int = PAGE) -> Request:
        return members_page(
            self.list_id, since=self.since, archived=self.archived, offset=offset, count=count
        )


async def refresh_members(
    client: Client, members: Members, list_id: str, *, workers: int, stopping: asyncio.Event
) -> int:
    """Bring `mailchimp_members` up to date for a list; how many contacts it then has.

    What changed in the second of the last read and later is read again, because `since` is strict
    and times have whole seconds (Marketing API, List members info). Where Mailchimp's clock went
    back, everything is read. Contacts that were deleted permanently are in no page, and stay until
    `status` of a write says otherwise.
    """
    mark, _ = await members.mark()
    since = None if mark is None else mark - SECOND
    await members.begin()
    read_at = await client.ask(
        members_page(list_id, since=since, archived=False, offset=0, count=1), server_time
    )
    since = since if mark is None or mark <= read_at else None
    for position, archived in enumerate((False, True)):
        reading = _Reading(list_id=list_id, since=since, archived=archived)
        keep = partial(members.add, read_at=read_at, position=position)
        page, total = await client.ask(reading.page(0), members_of)
        await keep(page)
        if total > PAGE:
            await _read_pages(client, reading, total, keep, workers=workers, stopping=stopping)
    if stopping.is_set():
        raise Interrupted("The run was asked to end while it was reading the list; run it again.")
    await members.keep()
    return (await members.mark())[1]


async def _read_pages(
    client: Client,
    reading: _Reading,
    total: int,
    keep: Keep,
    *,
    workers: int,
    stopping: asyncio.Event,
) -> None:
    """All pages, side by side; the first again, for what is behind it may have moved into it.

    A contact that changes meanwhile moves to the end, and everybody behind it one place forward,
    past the edge of a page. Pages overlap by more than that, and if more than that changed, they
    are read again.
    """

    async def offsets() -> AsyncIterator[int]:
        for offset in range(0, total, PAGE - OVERLAP):
            yield offset

    async def send(offset: int) -> pa.RecordBatch:
        return (await client.ask(reading.page(offset), members_of))[0]

    for _ in range(READINGS):
        before, began = await _recent(client, reading, None)
        await stream(offsets(), send=send, record=keep, workers=workers, stopping=stopping)
        after, _ = await _recent(client, reading, began)
        # who was archived or deleted meanwhile is in no page, and moved the others up as well
        there, total = total, (await client.ask(reading.page(0, count=1), members_of))[1]
        if after - before + max(0, there - total) <= OVERLAP:
            return
    raise MailchimpError(
        f"The list {reading.list_id} changes faster than it can be read: an import may be going on."
        " Nothing was sent. Run again when it is done."
    )


async def _recent(
    client: Client, reading: _Reading, began: datetime | None
) -> tuple[int, datetime]:
    """How many contacts changed since a moment, which is now when none is given."""
    if began is None:
        began = await client.ask(reading.page(0, count=1), server_time)
    latest = _Reading(list_id=reading.list_id, since=began - SECOND, archived=reading.archived)
    return (await client.ask(latest.page(0, count=1), members_of))[1], began


def server_time(response: Response) -> datetime:
    """When Mailchimp answered, by its own clock, in UTC without a zone.

    Raises:
        Unavailable: the answer does not say.
    """
    if response.date is None:
        raise Unavailable("Mailchimp's answer has no Date, so the next read would not know since.")
    return parsedate_to_datetime(response.date).replace(tzinfo=None)
