"""Read who is in a segment now."""

import asyncio
from collections.abc import AsyncIterator

import pyarrow as pa

from loader.mailchimp.client import Client
from loader.mailchimp.lists import PAGE
from loader.mailchimp.segments import segment_members, segment_members_page
from loader.stream import stream


async def membership_now(
    client: Client, list_id: str, segment_id: int, *, workers: int
) -> pa.Array:
    """The addresses of everybody in a segment, whatever their status, pages side by side."""
    first, total = await client.ask(segment_members_page(list_id, segment_id, 0), segment_members)
    pages = [first]

    async def offsets() -> AsyncIterator[int]:
        for offset in range(PAGE, total, PAGE):
            yield offset

    async def send(offset: int) -> pa.Array:
        page = segment_members_page(list_id, segment_id, offset)
        return (await client.ask(page, segment_members))[0]

    async def record(page: pa.Array) -> None:
        pages.append(page)

    await stream(offsets(), send=send, record=record, workers=workers, stopping=asyncio.Event())
    return pa.concat_arrays(pages)
