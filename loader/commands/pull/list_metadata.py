"""Pull what a list is made of: its settings, merge fields, segments, and who is in them."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import pyarrow as pa

from loader.extract.pagination import Reader
from loader.mailchimp.list_fields import merge_fields_request
from loader.mailchimp.list_metadata import (
    Rows,
    every_segment_request,
    list_row,
    merge_field_rows,
    segment_rows,
)
from loader.mailchimp.segments import segment_members, segment_members_request
from loader.model.errors import NotFound
from loader.warehouse.base import Warehouse
from loader.warehouse.staging import StagedTable


async def pull_list(
    warehouse: Warehouse, account: str, shown: dict[str, Any], read_at: datetime
) -> None:
    """Keep the settings and counts of a list.

    Args:
        warehouse: where it is kept.
        account: whose list it is.
        shown: the list, as `read_lists` gives it.
        read_at: now, in UTC without a zone.
    """
    row = {**list_row(shown), "account": account, "read_at": read_at}
    await _replace(StagedTable(warehouse, "mailchimp_lists"), row["list_id"], [row])


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The merge fields of a list as they were read, to be kept when its contacts have been.

    Attributes:
        rows: of `mailchimp_merge_fields`.
        are_others: whether a field that contacts were pulled with is gone, or was made anew: then
            their values went without a change of theirs.
    """

    rows: Rows
    are_others: bool

    async def keep(self, warehouse: Warehouse, list_id: str) -> None:
        """Make them what is known of the list.

        Args:
            warehouse: where it is kept.
            list_id: Mailchimp's id of the list.
        """
        await _replace(StagedTable(warehouse, "mailchimp_merge_fields"), list_id, self.rows)


async def read_merge_fields(
    reader: Reader, warehouse: Warehouse, list_id: str, read_at: datetime
) -> Fields:
    """Read the merge fields of a list, and compare them with those that are known.

    Args:
        reader: reads from the account of the list.
        warehouse: where it is kept.
        list_id: Mailchimp's id of the list.
        read_at: now, in UTC without a zone.

    Returns:
        The fields, which are not kept yet.
    """
    found = await reader.client.request(merge_fields_request(list_id), merge_field_rows)
    rows = [{**one, "list_id": list_id, "read_at": read_at} for one in found]
    there = {one["tag"].upper(): one["merge_id"] for one in rows}
    pulled = StagedTable(warehouse, "mailchimp_merge_fields")
    known = await pulled.query("members/fields", list_id=list_id)
    others = [one for one in known if there.get(one["tag"]) != one["merge_id"]]
    return Fields(rows=rows, are_others=bool(others))


async def pull_segments(
    reader: Reader, warehouse: Warehouse, list_id: str, read_at: datetime
) -> int:
    """Keep the segments of a list and who is in them, whatever their status.

    Args:
        reader: reads from the account of the list.
        warehouse: where it is kept.
        list_id: Mailchimp's id of the list.
        read_at: now, in UTC without a zone.

    Returns:
        How many memberships were read.

    Raises:
        Moving: a segment is changing while it is being read.
        Interrupted: somebody asked for an end.
    """
    segments: Rows = []

    async def keep_segments(page: Rows, _: int) -> None:
        segments.extend({**one, "list_id": list_id, "read_at": read_at} for one in page)

    await reader.pages(partial(every_segment_request, list_id), segment_rows, keep_segments)
    pulled = StagedTable(warehouse, "mailchimp_segment_members")
    await pulled.begin()
    members = 0
    gone: set[int] = set()
    for segment in segments:
        segment_id = segment["segment_id"]

        async def keep(page: pa.Array, number: int, segment_id: int = segment_id) -> None:
            batch = pa.record_batch([page], ["email_address"])
            await pulled.add(batch, number, list_id=list_id, segment_id=segment_id)

        request = partial(segment_members_request, list_id, segment_id)
        try:
            members += await reader.pages(request, segment_members, keep)
        except NotFound:
            gone.add(segment_id)  # deleted since the segments were read
    await pulled.keep("pull/delete_list", "pull/add_segment_members", list_id=list_id)
    # a segment that moves to another page meanwhile is read twice
    unique = {one["segment_id"]: one for one in segments if one["segment_id"] not in gone}
    await _replace(StagedTable(warehouse, "mailchimp_segments"), list_id, list(unique.values()))
    return members


async def _replace(pulled: StagedTable, list_id: str, rows: Rows) -> None:
    await pulled.begin()
    await pulled.add_rows(rows)
    await pulled.keep("pull/delete_list", "pull/insert_all", list_id=list_id)
