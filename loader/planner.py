"""Cut the stream of a delta into batches of the size that Mailchimp takes. Pure."""

from bisect import bisect_right
from collections.abc import AsyncIterator, Iterator

import pyarrow as pa

from loader.model import BATCH_BYTES, BATCH_CONTACTS, Batch, Route


async def batches(
    source: AsyncIterator[pa.RecordBatch],
    route: Route,
    *,
    segment: str = "",
    contacts: int = BATCH_CONTACTS,
    limit: int = BATCH_BYTES,
) -> AsyncIterator[Batch]:
    """The rows of a delta in batches as full as they may be: as few calls as there can be.

    Args:
        source: record batches of any size, with the columns of `Batch.rows`.
        route: how they go to Mailchimp; where there is no bulk call, a batch is one contact.
        segment: the segment that memberships are about.
        contacts: in one batch, at the most.
        limit: bytes of one body, at the most; a contact over it goes alone.
    """
    most = 1 if route.is_single else contacts
    rest: pa.RecordBatch | None = None
    async for rows in source:
        whole = rows if rest is None else pa.concat_batches([rest, rows])
        pieces = list(_cut(whole, most, limit))
        # the last piece may be filled up by what comes next
        rest = pieces.pop() if pieces else None
        for piece in pieces:
            yield Batch(route=route, rows=piece, segment=segment)
    if rest is not None:
        yield Batch(route=route, rows=rest, segment=segment)


def _cut(rows: pa.RecordBatch, most: int, limit: int) -> Iterator[pa.RecordBatch]:
    """Slices of at most so many rows and so many bytes of body; nothing is copied."""
    column = rows.column("body")
    _, offsets, _ = column.buffers()
    ends = memoryview(offsets).cast("i")[column.offset : column.offset + rows.num_rows + 1]
    start = 0
    while start < rows.num_rows:
        fits = bisect_right(ends, ends[start] + limit, lo=start + 1) - 1
        end = min(start + most, max(fits, start + 1))
        yield rows.slice(start, end - start)
        start = end
