"""What is wrong, kept from one run to the next in `loader_notices`."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from loader.model.trouble import Subject, Trouble, TroubleKind, TroubleStatus
from loader.warehouse.base import Warehouse
from loader.warehouse.sql_templates import statement, tables

TABLE = "loader_notices"


async def known_troubles(warehouse: Warehouse) -> list[Trouble]:
    """What the run before found wrong, and what nobody was told of."""
    rows = await warehouse.fetch(statement("notices/known", **tables(warehouse.schema)))
    return [trouble_of(row) for row in rows]


async def keep_troubles(warehouse: Warehouse, troubles: Iterable[Trouble]) -> None:
    """Write down what is wrong, in the place of what was.

    Raises:
        WarehouseError: what was written before stays.
    """
    known = tables(warehouse.schema)
    rows = (statement("notices/insert", **as_row(one), **known) for one in troubles)
    await warehouse.execute(statement("notices/clear", **known), *rows)


def as_row(trouble: Trouble) -> dict[str, Any]:
    """A trouble as plain values, by the names of the columns."""
    row = asdict(trouble)
    return {**row.pop("subject"), **row}


def trouble_of(row: Mapping[str, Any]) -> Trouble:
    """The trouble that a row says.

    Raises:
        KeyError: a column is missing.
        ValueError: a kind or status that there is not.
    """
    return Trouble(
        subject=Subject(
            command=row["command"],
            audience=row["audience"],
            list_id=row["list_id"],
            kind=TroubleKind(row["kind"]),
        ),
        status=TroubleStatus(row["status"]),
        message=row["message"],
        affected=row["affected"],
        times=row["times"],
        since=row["since"],
        told_at=row["told_at"],
    )
