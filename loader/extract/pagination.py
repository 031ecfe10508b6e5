"""Read every page of something, side by side."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from loader.concurrency import run_workers
from loader.mailchimp.http import Request, Response
from loader.mailchimp.transport.client import Client
from loader.model.errors import Interrupted, Moving
from loader.model.mailchimp_facts import PAGE
from loader.text.events import OnProgress, ProgressEvent

Page = TypeVar("Page")

MAX_READ_ATTEMPTS = 3  # of something that moves meanwhile
STOPPED = "The run was stopped while it was reading. What was saved is kept. Run it again."


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads from one account, so many requests at a time.

    Attributes:
        on_progress: hears how many there are to read, and as they are read.
        subject: what is read, for who hears of it.
        list_id: the list that is read.
        command: which one reads, as it is noted beside what it brings.
    """

    client: Client
    workers: int
    stopping: asyncio.Event
    on_progress: OnProgress = lambda _: None
    subject: str = ""
    list_id: str | None = None
    command: str = "pull"

    def with_label(self, subject: str, list_id: str) -> "Reader":
        """Read the same way, for another subject.

        Args:
            subject: what is read, for who hears of it.
            list_id: of which list.

        Returns:
            A reader with the same client.
        """
        return replace(self, subject=subject, list_id=list_id)

    async def pages(
        self,
        request: Callable[[int], Request],
        read: Callable[[Response], tuple[Page, int]],
        keep: Callable[[Page, int], Awaitable[None]],
        *,
        overlap: int = 0,
        again: Callable[[], None] = lambda: None,
    ) -> int:
        """Keep all pages of something, read side by side.

        When a page tells another total by more than the overlap, everything is read again.

        Args:
            request: asks for the page from an offset on.
            read: makes a page of an answer, and the total.
            keep: takes a page, with a number that grows with every reading.
            overlap: rows that two pages share: they show a thing twice, so that one which moves
                forward meanwhile is not lost between two of them.
            again: hears that everything is read again.

        Returns:
            How many things there are.

        Raises:
            Moving: it moves faster than it can be read.
            Interrupted: somebody asked the run to end.
        """
        base = 0
        for _ in range(MAX_READ_ATTEMPTS):
            first, total = await self.client.request(request(0), read)
            self._emit("reading", total)
            await keep(first, base)
            self._emit("read", min(PAGE, total))
            offsets = range(PAGE - overlap, total, PAGE - overlap) if total > PAGE else range(0)
            if await self._later_pages(request, read, keep, offsets, base):
                return total
            # rows of the next reading have greater numbers, and so win over those of this one
            base += total
            again()
        raise Moving("The data is changing while it is being read. Run again later.")

    async def _later_pages(
        self,
        request: Callable[[int], Request],
        read: Callable[[Response], tuple[Page, int]],
        keep: Callable[[Page, int], Awaitable[None]],
        offsets: range,
        base: int,
    ) -> bool:
        """Keep the pages behind the first; whether they are all of the same whole."""
        overlap, moved = PAGE - offsets.step, asyncio.Event()

        async def each() -> AsyncIterator[int]:
            for offset in offsets:
                if moved.is_set():
                    return
                yield offset

        async def read_one(offset: int) -> AsyncGenerator[tuple[int, Page], None]:
            page, total = await self.client.request(request(offset), read)
            # one that came or went moves the others by one, which the overlap takes up
            if abs(total - offsets.stop) > overlap:
                moved.set()
            yield offset, page

        async def keep_one(found: tuple[int, Page]) -> None:
            await keep(found[1], base + found[0])
            seen = found[0] + PAGE - offsets.step  # in the pages before this one
            self._emit("read", max(0, min(found[0] + PAGE, offsets.stop) - seen))

        await run_workers(
            each(),
            handle=read_one,
            on_result=keep_one,
            workers=self.workers,
            stopping=self.stopping,
        )
        # pages that were not asked for are missing; they must not be taken for deleted rows
        if self.stopping.is_set():
            raise Interrupted(STOPPED)
        return not moved.is_set()

    def _emit(self, kind: str, rows: int) -> None:
        if self.subject:
            subject, list_id = self.subject, self.list_id
            self.on_progress(ProgressEvent(kind=kind, subject=subject, list_id=list_id, rows=rows))


async def every_page(
    client: Client,
    request: Callable[[int], Request],
    read: Callable[[Response], tuple[Page, int]],
    *,
    workers: int,
) -> list[Page]:
    """Read all pages of something that is small enough to be held.

    Args:
        client: the account's client.
        request: asks for the page from an offset on.
        read: makes a page of an answer, and the total.
        workers: how many pages are read at a time.

    Returns:
        The pages, in the order in which they came.

    Raises:
        Moving: it moves faster than it can be read.
    """
    found: list[Page] = []

    async def keep(page: Page, _: int) -> None:
        found.append(page)

    reader = Reader(client=client, workers=workers, stopping=asyncio.Event())
    await reader.pages(request, read, keep, again=found.clear)
    return found
