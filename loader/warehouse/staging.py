"""Keep what Mailchimp shows: contacts and their status for a sync, and all the rest for a pull."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from loader.model.settings import utc_now
from loader.warehouse.base import Warehouse
from loader.warehouse.contract import schema_of
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.sql_templates import column, relation, statement, tables

# what a read that is going on is kept in; what a killed one left goes at the next read, or `forget`
PAGES = (PAGES_OF_LIST, PAGES_OF_TABLE) = ("loader_members_read_", "loader_read_")

# whose address was changed in Mailchimp is noted, and not taken for two
FOLLOW_MOVED = (
    "members/extend_address_change",
    "members/detect_address_change",
    "members/delete_renamed",
)


class StagedStatuses:
    """The contacts of one list, replaced page by page and all at once."""

    def __init__(self, warehouse: Warehouse, list_id: str) -> None:
        self._warehouse = warehouse
        self._list_id = list_id
        self._tables = tables(warehouse.schema)
        self._members = self._tables["members"]
        self._pages = relation(warehouse.schema, f"{PAGES_OF_LIST}{list_id}")

    async def mark(self) -> tuple[datetime | None, int]:
        """When the last read that brought something began, by Mailchimp's clock; and how many."""
        query = statement("members/watermark", members=self._members, list_id=self._list_id)
        (row,) = await self._warehouse.fetch(query)
        return row["read_at"], row["contacts"]

    async def begin(self) -> None:
        """Make room for pages."""
        await self._warehouse.execute(
            statement("members/unstage", pages=self._pages),
            statement("members/stage", pages=self._pages, members=self._members),
        )

    async def add(self, page: pa.RecordBatch, *, read_at: datetime, position: int) -> None:
        """Take one page: email_address, status, last_changed and contact_id.

        `position` says which reading has the last word on a contact that changed in between.
        """
        schema = schema_of("mailchimp_members")
        columns = dict(zip(page.schema.names, page.columns, strict=True))
        for name, value in {"list_id": self._list_id, "read_at": read_at}.items():
            kind = schema.field(name).type
            columns[name] = pa.repeat(pa.scalar(value, kind), page.num_rows)
        columns["position"] = pa.repeat(pa.scalar(position), page.num_rows)
        await self._warehouse.append(self._pages, pa.table(columns))

    async def keep(self) -> None:
        """Make the pages what is known of the list."""
        values = {**self._tables, "pages": self._pages, "list_id": self._list_id}
        names = (*FOLLOW_MOVED, "members/merge_status", "members/unstage")
        await self._warehouse.execute(*(statement(name, now=utc_now(), **values) for name in names))


class StagedTable:
    """One read of one thing on its way into a table: pages beside it, and then all at once.

    Whatever a read was killed at, the table has what it had before, or everything that was read.
    """

    def __init__(self, warehouse: Warehouse, table: str) -> None:
        self._warehouse = warehouse
        self._schema = schema_of(table)
        self._table = relation(warehouse.schema, table)
        self._pages = relation(warehouse.schema, f"{PAGES_OF_TABLE}{table}")
        self._tables = tables(warehouse.schema)

    async def begin(self) -> None:
        """Make room for pages."""
        await self._execute("pull/unstage", "pull/stage")

    async def add(self, page: pa.RecordBatch, number: int, **constants: object) -> None:
        """Take one page: some columns of the table, and one value for each of some others."""
        columns = {name: page.column(name) for name in page.schema.names}
        for name, value in {**constants, "page": number}.items():
            kind = pa.int64() if name == "page" else self._schema.field(name).type
            columns[name] = pa.repeat(pa.scalar(value, kind), page.num_rows)
        await self._warehouse.append(self._pages, pa.table(columns))

    async def add_rows(self, rows: Sequence[dict[str, Any]]) -> None:
        """Take a few rows at once."""
        table = pa.Table.from_pylist(list(rows), schema=self._schema)
        table = table.append_column("page", pa.repeat(pa.scalar(0, pa.int64()), len(rows)))
        await self._warehouse.append(self._pages, table)

    async def keep(self, *names: str, **values: object) -> None:
        """Make the pages what is known, by these statements in one transaction."""
        await self._execute(*names, "pull/unstage", **values)

    async def query(self, name: str, **values: object) -> list[dict[str, Any]]:
        """What is known already."""
        return await self._warehouse.fetch(statement(name, **self._tables, **values))

    async def _execute(self, *names: str, **values: object) -> None:
        columns = Relation(", ".join(column(name) for name in self._schema.names))
        own = {"pages": self._pages, "kept": self._table, "kept_columns": columns}
        known = {**self._tables, **own, **values}
        await self._warehouse.execute(*(statement(name, **known) for name in names))
