"""Pull the contacts of a list with all that they hold, as far as they changed."""

from datetime import datetime, timedelta
from functools import partial

import pyarrow as pa

from loader.errors import MailchimpError
from loader.mailchimp.details import details_of, details_page
from loader.mailchimp.wire import Request
from loader.pull.members import server_time
from loader.pull.pages import READINGS, Reader
from loader.warehouse.shown import Pulled

SECOND = timedelta(seconds=1)  # the resolution of last_changed, and of a strict "since"
OVERLAP = 50  # contacts that two pages share


async def pull_contacts(
    reader: Reader, pulled: Pulled, list_id: str, *, since: datetime | None, is_full: bool
) -> int:
    """Bring the contacts of a list up to date, archived ones too; how many were read.

    What changed in the second of the last pull and later is read again, because `since` is strict
    and times have whole seconds (Marketing API, List members info); an earlier moment may be asked
    for, and a later one would leave a gap. A full pull also takes out who was deleted for good.

    Raises:
        MailchimpError: the list changes faster than it can be read.
    """
    (known,) = await pulled.ask("members/pulled_mark", list_id=list_id)
    mark = known["read_at"]
    begin = None if is_full or mark is None else min(mark, since or mark) - SECOND
    for _ in range(READINGS):
        await pulled.begin()
        first = details_page(list_id, since=begin, status=None, offset=0, count=1)
        read_at = await reader.client.ask(first, server_time)
        before = await _changed_since(reader, list_id, read_at)
        read = await _read(reader, pulled, list_id, begin, read_at)
        # who changes meanwhile moves to the end, and the others forward, past the edge of a page
        if await _changed_since(reader, list_id, read_at) - before <= OVERLAP:
            await pulled.keep(
                "members/moved",
                "members/forget_moved",
                *(["members/forget_gone"] if is_full else []),
                "members/keep_pulled",
                list_id=list_id,
            )
            return read
    raise MailchimpError(
        f"The list {list_id} changes faster than it can be read. Pull again later."
    )


async def _read(
    reader: Reader, pulled: Pulled, list_id: str, begin: datetime | None, read_at: datetime
) -> int:
    read = 0
    for status in (None, "archived"):

        async def keep(page: pa.RecordBatch, number: int, status: str | None = status) -> None:
            # who was archived meanwhile is in both readings: the second has the last word
            late = number + (0 if status is None else 10**12)
            await pulled.add(page, late, list_id=list_id, details_read_at=read_at)

        request = partial(_request, list_id, begin, status)
        read += await reader.pages(request, details_of, keep, overlap=OVERLAP)
    return read


async def _changed_since(reader: Reader, list_id: str, moment: datetime) -> int:
    since = moment - SECOND
    request = details_page(list_id, since=since, status=None, offset=0, count=1)
    return (await reader.client.ask(request, details_of))[1]


def _request(list_id: str, since: datetime | None, status: str | None, offset: int) -> Request:
    return details_page(list_id, since=since, status=status, offset=offset)
