"""Keep `mailchimp_members` up to date: what each list shows, as of its last read."""

from datetime import datetime

import pyarrow as pa

from loader.warehouse.connect import Warehouse
from loader.warehouse.contract import MEMBERS
from loader.warehouse.registry import rows
from loader.warehouse.statements import relation, statement, tables


class Members:
    """The contacts of one list, replaced page by page and all at once."""

    def __init__(self, warehouse: Warehouse, list_id: str) -> None:
        self._warehouse = warehouse
        self._list_id = list_id
        self._members = tables(warehouse.schema)["members"]
        self._pages = relation(warehouse.schema, "loader_members_read")

    async def mark(self) -> tuple[datetime | None, int]:
        """When the last read that brought something began, by Mailchimp's clock; and how many."""
        query = statement("members/mark", members=self._members, list_id=self._list_id)
        (row,) = await rows(self._warehouse, query)
        return row["read_at"], row["contacts"]

    async def begin(self) -> None:
        """Make room for pages."""
        await self._warehouse.execute(
            statement("members/stage", pages=self._pages, members=self._members)
        )

    async def add(self, page: pa.RecordBatch, *, read_at: datetime, position: int) -> None:
        """Take one page: email_address, status and last_changed.

        `position` says which reading has the last word on a contact that changed in between.
        """
        table = pa.table(
            [
                pa.repeat(pa.scalar(self._list_id), page.num_rows),
                *page.columns,
                pa.repeat(pa.scalar(read_at, pa.timestamp("us")), page.num_rows),
            ],
            schema=MEMBERS,
        ).append_column("position", pa.repeat(pa.scalar(position), page.num_rows))
        await self._warehouse.append(self._pages, table)

    async def keep(self) -> None:
        """Make the pages what is known of the list."""
        values = {"members": self._members, "pages": self._pages, "list_id": self._list_id}
        await self._warehouse.execute(
            *(statement(f"members/{name}", **values) for name in ("forget", "keep", "unstage"))
        )
