"""What people ask about the run that would come."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from loader.model.audience import Audience
from loader.model.batch import Operation
from loader.model.list_schema import AddressRule, FieldRule
from loader.model.reasons import ALREADY_REMOVED, REFUSED, said
from loader.warehouse.base import Warehouse
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.sql_templates import statement, tables

Rows = list[dict[str, Any]]


class PlanQueries:
    """What the plan of one list comes to; for the time of a rehearsal."""

    def __init__(self, warehouse: Warehouse, list_id: str, *, run_id: str, now: datetime) -> None:
        self._warehouse = warehouse
        self._now = now
        self._key = {"run_id": run_id, "list_id": list_id}
        self._tables = tables(warehouse.schema)

    async def classify(self, fields: Sequence[FieldRule], addresses: Sequence[AddressRule]) -> None:
        """Say of each row of the plan of the list what becomes of it, by what is wanted of it."""
        text = statement("dry_run/classify", fields=fields, addresses=addresses)
        await self._warehouse.execute(text)

    async def counts(self) -> dict[str, Rows]:
        """For each audience: rows by kind, segment, route, category and reason.

        The doubtful are counted once more.
        """
        found = await self._ask("dry_run/counts")
        doubts = await self._ask("dry_run/warnings")
        order = ("category", "contacts", "reason", "kind", "segment")
        return _by_audience([*found, *({"category": "doubtful", **row} for row in doubts)], order)

    async def people(self, most: int) -> dict[str, Rows]:
        """For each audience: so many people of everything that is counted."""
        order = ("category", "kind", "segment", "reason", "email_address")
        return _by_audience(await self._ask("dry_run/sample", most=most), order)

    async def statuses(self) -> dict[str, int]:
        """How many contacts the list is known to have, by status."""
        return {row["status"]: row["contacts"] for row in await self._ask("dry_run/statuses")}

    async def size(self, audience: Audience) -> tuple[int, int]:
        """How many people are wanted, and how many rows were dropped for another of the address."""
        (row,) = await self._ask("reports/wanted", history=Relation(audience.history))
        return int(row["people"] or 0), int(row["dropped_rows"])

    async def seconds_per_write(self) -> float | None:
        """How many seconds a write took in the latest runs; None before the first."""
        (row,) = await self._ask("dry_run/throughput")
        seconds = row["seconds_a_write"]
        return None if seconds is None else float(seconds)

    async def simulate_acks(self, routes: Sequence[Operation], *, turn: int) -> None:
        """Acknowledge what goes these ways in one turn, as Mailchimp is known to answer."""
        text = statement(
            "dry_run/simulate_acks",
            routes=[route.value for route in routes],
            turn=turn,
            already_removed=ALREADY_REMOVED,
            refused=REFUSED,
            now=self._now,
            **self._tables,
            **self._key,
        )
        await self._warehouse.execute(text)

    async def _ask(self, name: str, **values: object) -> Rows:
        known = {**self._tables, **self._key, **values}
        return await self._warehouse.fetch(statement(name, **known))


def _by_audience(found: Rows, order: tuple[str, ...]) -> dict[str, Rows]:
    """The rows of each audience, without its name, with the reason that people read.

    None for an audience that is not there. `order` are the columns that they are sorted by.
    """
    parts: dict[str, Rows] = defaultdict(list)
    for row in found:
        reason = said(row.pop("reason_code", None), row.pop("message")) or None
        parts[row.pop("audience")].append({**row, "reason": reason})
    return {name: sorted(rows, key=partial(_place, order)) for name, rows in parts.items()}


def _place(order: tuple[str, ...], row: dict[str, Any]) -> tuple[tuple[bool, Any], ...]:
    """Where a row stands: the most contacts first, and what has no value last."""
    values = ((name, row.get(name)) for name in order)
    ranks = (-(value or 0) if name == "contacts" else value for name, value in values)
    return tuple((one is None, "" if one is None else one) for one in ranks)
