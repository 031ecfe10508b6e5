"""Pull what a list is made of: its settings, merge fields, segments, and who is in them."""

from datetime import datetime
from functools import partial
from typing import Any

import pyarrow as pa

from loader.mailchimp.catalogue import (
    Rows,
    every_segment_page,
    list_row,
    merge_field_rows,
    segment_rows,
)
from loader.mailchimp.lists import merge_fields_page
from loader.mailchimp.segments import segment_members, segment_members_page
from loader.pull.pages import Reader
from loader.warehouse.connect import Warehouse
from loader.warehouse.shown import Pulled


async def pull_list(
    warehouse: Warehouse, account: str, shown: dict[str, Any], read_at: datetime
) -> None:
    """Keep the settings and counts of a list."""
    row = {**list_row(shown), "account": account, "read_at": read_at}
    await _replace(Pulled(warehouse, "mailchimp_lists"), row["list_id"], [row])


async def pull_merge_fields(
    reader: Reader, warehouse: Warehouse, list_id: str, read_at: datetime
) -> None:
    """Keep the merge fields of a list."""
    found = await reader.client.ask(merge_fields_page(list_id), merge_field_rows)
    rows = [{**one, "list_id": list_id, "read_at": read_at} for one in found]
    await _replace(Pulled(warehouse, "mailchimp_merge_fields"), list_id, rows)


async def pull_segments(
    reader: Reader, warehouse: Warehouse, list_id: str, read_at: datetime
) -> int:
    """Keep the segments of a list and who is in them, whatever their status; how many members."""
    segments: Rows = []

    async def keep_segments(page: Rows, _: int) -> None:
        segments.extend({**one, "list_id": list_id, "read_at": read_at} for one in page)

    await reader.pages(partial(every_segment_page, list_id), segment_rows, keep_segments)
    pulled = Pulled(warehouse, "mailchimp_segment_members")
    await pulled.begin()
    members = 0
    for segment in segments:
        segment_id = segment["segment_id"]

        async def keep(page: pa.Array, number: int, segment_id: int = segment_id) -> None:
            batch = pa.record_batch([page], ["email_address"])
            await pulled.add(batch, number, list_id=list_id, segment_id=segment_id)

        request = partial(segment_members_page, list_id, segment_id)
        members += await reader.pages(request, segment_members, keep)
    await pulled.keep("pull/replace_of_list", "pull/add_segment_members", list_id=list_id)
    unique = {one["segment_id"]: one for one in segments}
    await _replace(Pulled(warehouse, "mailchimp_segments"), list_id, list(unique.values()))
    return members


async def _replace(pulled: Pulled, list_id: str, rows: Rows) -> None:
    await pulled.begin()
    await pulled.add_rows(rows)
    await pulled.keep("pull/replace_of_list", "pull/add_all", list_id=list_id)
