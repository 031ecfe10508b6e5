"""Read every page of something, side by side."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from loader.errors import Interrupted, MailchimpError
from loader.mailchimp.client import Client
from loader.mailchimp.lists import PAGE
from loader.mailchimp.wire import Request, Response
from loader.model import Event, Tell
from loader.stream import stream

Page = TypeVar("Page")

READINGS = 3  # of something that moves meanwhile
STOPPED = "The run was asked to end while it was reading; what was kept is kept. Run it again."


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads from one account, so many requests at a time.

    Attributes:
        tell: hears how many there are to read, and as they are read.
        subject: what is read, for who hears of it.
    """

    client: Client
    workers: int
    stopping: asyncio.Event
    tell: Tell = lambda _: None
    subject: str = ""

    def of(self, subject: str) -> "Reader":
        """The same for another subject."""
        return replace(self, subject=subject)

    async def pages(
        self,
        request: Callable[[int], Request],
        read: Callable[[Response], tuple[Page, int]],
        keep: Callable[[Page, int], Awaitable[None]],
        *,
        overlap: int = 0,
    ) -> int:
        """Keep all pages, each with a number that grows with every reading; how many things.

        `request` asks for the page from an offset on. Pages that overlap show a thing twice, so
        that one which moves forward meanwhile is not lost between two of them. When the total has
        moved by more than that, everything is read again.

        Raises:
            MailchimpError: it moves faster than it can be read.
            Interrupted: somebody asked the run to end.
        """
        base = 0
        for _ in range(READINGS):
            first, total = await self.client.ask(request(0), read)
            self._say("reading", total)
            await keep(first, base)
            self._say("read", min(PAGE, total))
            offsets = range(PAGE - overlap, total, PAGE - overlap)
            await self._others(request, read, keep, offsets, base)
            if total <= PAGE:
                return total
            after = (await self.client.ask(request(0), read))[1]
            if abs(after - total) <= overlap:
                return total
            base += total
        raise MailchimpError("What is read changes faster than it can be read. Pull again later.")

    async def _others(
        self,
        request: Callable[[int], Request],
        read: Callable[[Response], tuple[Page, int]],
        keep: Callable[[Page, int], Awaitable[None]],
        offsets: range,
        base: int,
    ) -> None:
        async def each() -> AsyncIterator[int]:
            for offset in offsets:
                yield offset

        async def send(offset: int) -> tuple[int, Page]:
            return offset, (await self.client.ask(request(offset), read))[0]

        async def record(found: tuple[int, Page]) -> None:
            await keep(found[1], base + found[0])
            seen = found[0] + PAGE - offsets.step  # in the pages before this one
            self._say("read", max(0, min(found[0] + PAGE, offsets.stop) - seen))

        await stream(each(), send=send, record=record, workers=self.workers, stopping=self.stopping)
        if self.stopping.is_set():
            raise Interrupted(STOPPED)

    def _say(self, kind: str, rows: int) -> None:
        if self.subject:
            self.tell(Event(kind=kind, subject=self.subject, rows=rows))
