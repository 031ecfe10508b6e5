"""Read every page of something, side by side."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from loader.errors import Interrupted, MailchimpError
from loader.mailchimp.client import Client
from loader.mailchimp.lists import PAGE
from loader.mailchimp.wire import Request, Response
from loader.stream import stream

Page = TypeVar("Page")

READINGS = 3  # of something that moves meanwhile
STOPPED = "The run was asked to end while it was reading; what was kept is kept. Run it again."


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads from one account, so many requests at a time."""

    client: Client
    workers: int
    stopping: asyncio.Event

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
            await keep(first, base)
            await self._others(
                request, read, keep, range(PAGE - overlap, total, PAGE - overlap), base
            )
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

        await stream(each(), send=send, record=record, workers=self.workers, stopping=self.stopping)
        if self.stopping.is_set():
            raise Interrupted(STOPPED)
