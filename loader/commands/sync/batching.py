"""Cut the stream of a delta into batches of the size that Mailchimp takes. Pure."""

from bisect import bisect_right
from collections.abc import AsyncIterator, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from loader.model.batch import BATCH_BYTES, Batch, Operation
from loader.model.mailchimp_facts import BATCH_CONTACTS


async def cut_batches(
    source: AsyncIterator[pa.RecordBatch],
    route: Operation,
    *,
    contacts: int = BATCH_CONTACTS,
    limit: int = BATCH_BYTES,
) -> AsyncIterator[Batch]:
    """The rows of a delta in batches as full as they may be: as few calls as there can be.

    Args:
        source: record batches of any size, with the columns of `Batch.rows` and with `segment`, the
            segment that memberships are about, each in one go.
        route: how they go to Mailchimp; where there is no bulk call, a batch is one contact.
        contacts: in one batch, at the most.
        limit: bytes of one body, at the most; a contact over it goes alone.

    Yields:
        Batches, each of one segment.
    """
    # Mailchimp has no bulk call for these
    most = 1 if route.is_single_call else contacts
    rest: pa.RecordBatch | None = None
    async for rows in source:
        whole = rows if rest is None else pa.concat_batches([rest, rows])
        pieces = list(_cut(whole, most, limit))
        # the last piece may be filled up by what comes next
        rest = pieces.pop() if pieces else None
        for piece in pieces:
            yield _batch(route, piece)
    if rest is not None:
        yield _batch(route, rest)


def _batch(route: Operation, rows: pa.RecordBatch) -> Batch:
    """Rows of one segment."""
    segment = str(rows.column("segment")[0])
    return Batch(route=route, rows=rows.drop_columns(["segment"]), segment=segment)


def _cut(rows: pa.RecordBatch, most: int, limit: int) -> Iterator[pa.RecordBatch]:
    """Slices of one segment, of at most so many rows and bytes of body; nothing is copied."""
    column = rows.column("body")
    _, offsets, _ = column.buffers()
    ends = memoryview(offsets).cast("i")[column.offset : column.offset + rows.num_rows + 1]
    segments = pc.run_end_encode(rows.column("segment")).run_ends.to_pylist()
    start = 0
    while start < rows.num_rows:
        # a contact that is too large for any body goes alone, and Mailchimp says what it thinks of
        # it
        fits = bisect_right(ends, ends[start] + limit, lo=start + 1) - 1
        of_segment = segments[bisect_right(segments, start)]
        end = min(start + most, max(fits, start + 1), of_segment)
        yield rows.slice(start, end - start)
        start = end
