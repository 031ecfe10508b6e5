"""Pull the contacts of a list with all that they hold, as far as they changed."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import pyarrow as pa

from loader.extract.member_status import response_time
from loader.extract.pagination import MAX_READ_ATTEMPTS, Reader
from loader.mailchimp.http import Request, Response
from loader.mailchimp.member_details import details_request, parse_details
from loader.model.errors import Moving
from loader.model.settings import utc_now
from loader.warehouse.staging import FOLLOW_MOVED, StagedTable

SECOND = timedelta(seconds=1)  # the resolution of last_changed, and of a strict "since"
OVERLAP = 50  # contacts that two pages share


async def pull_contacts(
    reader: Reader,
    pulled: StagedTable,
    list_id: str,
    *,
    since: datetime | None = None,
    statuses: tuple[str, ...] = (),
    is_full: bool = False,
) -> int:
    """Bring the contacts of a list up to date, archived ones too, with all that they hold.

    What changed in the second of the last pull and later is read again, because `since` is strict
    and times have whole seconds
    (https://mailchimp.com/developer/marketing/api/list-members/list-members-info/). Where
    Mailchimp's clock went back, everything is read. After a pull of some statuses alone, the next
    one begins where it would have begun without.

    Args:
        reader: reads from the account of the list.
        pulled: takes the rows, and keeps them when all are there.
        list_id: Mailchimp's id of the list.
        since: reads also who changed after this moment (UTC without a zone), when it is before the
            last pull; a later one would leave a gap, and changes nothing.
        statuses: of the contacts that are read; none is all.
        is_full: whether everybody is read, and who was deleted for good is taken out.

    Returns:
        How many were read.

    Raises:
        Moving: the list is changing while it is being read.
    """
    (known,) = await pulled.query("members/details_watermark", list_id=list_id)
    mark = known["read_at"]
    for _ in range(MAX_READ_ATTEMPTS):
        await pulled.begin()
        read_at = await reader.client.request(_recent(list_id, None), _answered_at)
        is_whole = is_full or mark is None or mark > read_at
        begin = None if is_whole else min(mark, since or mark) - SECOND
        # asked for before and after: the difference is who moved while the pages were read
        before = await _changed_since(reader, list_id, read_at)
        read = 0
        for status in statuses or (None, "archived"):
            marks = {
                # the others were not read, so that the mark must not pass over them
                "details_read_at": mark if statuses else read_at,
                "details_read_by": reader.command,
            }
            keep = _keeper(pulled, list_id, status, marks)
            request = partial(_request, list_id, begin, status)
            read += await reader.pages(request, parse_details, keep, overlap=OVERLAP)
        # who changes meanwhile moves to the end, and the others forward, past the edge of a page
        if await _changed_since(reader, list_id, read_at) - before <= OVERLAP:
            gone = ["members/delete_missing"] if is_full else []
            names = (*FOLLOW_MOVED, *gone, "members/merge_details")
            await pulled.keep(*names, list_id=list_id, now=utc_now())
            return read
    raise Moving(f"The list {list_id} is changing while it is being read. Pull again later.")


def _keeper(
    pulled: StagedTable, list_id: str, status: str | None, marks: Mapping[str, object]
) -> Callable[[pa.RecordBatch, int], Awaitable[None]]:
    async def keep(page: pa.RecordBatch, number: int) -> None:
        # who was archived meanwhile is in both readings: the second has the last word
        late = number + (0 if status is None else 10**12)
        await pulled.add(page, late, list_id=list_id, **marks)

    return keep


def _answered_at(response: Response) -> datetime:
    parse_details(response)
    return response_time(response)


async def _changed_since(reader: Reader, list_id: str, moment: datetime) -> int:
    return (await reader.client.request(_recent(list_id, moment - SECOND), parse_details))[1]


def _recent(list_id: str, since: datetime | None) -> Request:
    return details_request(list_id, since=since, status=None, offset=0, count=1)


def _request(list_id: str, since: datetime | None, status: str | None, offset: int) -> Request:
    return details_request(list_id, since=since, status=status, offset=offset)
