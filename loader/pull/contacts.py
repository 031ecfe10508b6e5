"""Pull the contacts of a list with all that they hold, as far as they changed."""

from datetime import datetime, timedelta
from functools import partial

import pyarrow as pa

from loader.mailchimp.details import details_of, details_page
from loader.mailchimp.wire import Request
from loader.pull.members import server_time
from loader.pull.pages import Reader
from loader.warehouse.shown import Pulled

SECOND = timedelta(seconds=1)  # the resolution of last_changed, and of a strict "since"
OVERLAP = 50  # contacts that two pages share


async def pull_contacts(
    reader: Reader, pulled: Pulled, list_id: str, *, since: datetime | None, is_full: bool
) -> int:
    """Bring the contacts of a list up to date, archived ones too; how many were read.

    What changed in the second of the last pull and later is read again, because `since` is strict
    and times have whole seconds (Marketing API, List members info). A full pull also takes out who
    was deleted for good.
    """
    (known,) = await pulled.ask("members/pulled_mark", list_id=list_id)
    mark = since or known["read_at"]
    begin = None if is_full or mark is None else mark - SECOND
    await pulled.begin()
    first = details_page(list_id, since=begin, status=None, offset=0, count=1)
    read_at = await reader.client.ask(first, server_time)
    read = 0
    for status in (None, "archived"):
        request = partial(_request, list_id, begin, status)

        async def keep(page: pa.RecordBatch, number: int, status: str | None = status) -> None:
            # who was archived meanwhile is in both readings: the second has the last word
            late = number + (0 if status is None else 10**12)
            times = {"read_at": read_at, "details_read_at": read_at}
            await pulled.add(page, late, list_id=list_id, **times)

        read += await reader.pages(request, details_of, keep, overlap=OVERLAP)
    await pulled.keep(
        "members/forget_pulled", "members/keep_pulled", list_id=list_id, is_whole=begin is None
    )
    return read


def _request(list_id: str, since: datetime | None, status: str | None, offset: int) -> Request:
    return details_page(list_id, since=since, status=status, offset=offset)
