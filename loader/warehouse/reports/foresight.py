"""What people ask about the run that would come."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from loader.audience import Audience
from loader.model import TAKEN_OFF, Route
from loader.places import AddressRule, FieldRule
from loader.warehouse.connect import Warehouse
from loader.warehouse.statements import Relation, statement, tables

Rows = list[dict[str, Any]]


class Foresight:
    """What the plan of one list comes to; for the time of a rehearsal."""

    def __init__(self, warehouse: Warehouse, list_id: str, *, run_id: str, now: datetime) -> None:
        self._warehouse = warehouse
        self._now = now
        self._key = {"run_id": run_id, "list_id": list_id}
        self._tables = tables(warehouse.schema)

    async def foresee(self, fields: Sequence[FieldRule], addresses: Sequence[AddressRule]) -> None:
        """Say of each row of the plan of the list what becomes of it, by what is wanted of it."""
        text = statement("forecast/foresee", fields=fields, addresses=addresses)
        await self._warehouse.execute(text)

    async def counts(self) -> dict[str, Rows]:
        """For each audience: rows by kind, segment, route, category and reason.

        The doubtful are counted once more.
        """
        found = await self._ask("forecast/counts")
        doubts = await self._ask("forecast/doubts")
        return _by_audience([*found, *({"category": "doubtful", **row} for row in doubts)])

    async def people(self, most: int) -> dict[str, Rows]:
        """For each audience: so many people of everything that is counted."""
        return _by_audience(await self._ask("forecast/sample", most=most))

    async def statuses(self) -> dict[str, int]:
        """How many contacts the list is known to have, by status."""
        return {row["status"]: row["contacts"] for row in await self._ask("forecast/statuses")}

    async def wanted(self, audience: Audience) -> tuple[int, int]:
        """How many people are wanted, and how many rows were dropped for another of the address."""
        (row,) = await self._ask("reports/wanted", history=Relation(audience.history))
        return int(row["people"] or 0), int(row["dropped_rows"])

    async def pace(self) -> float | None:
        """How many seconds a write took in the latest runs; None before the first."""
        (row,) = await self._ask("forecast/pace")
        seconds = row["seconds_a_write"]
        return None if seconds is None else float(seconds)

    async def pretend(self, routes: Sequence[Route], *, turn: int) -> None:
        """Acknowledge what goes these ways in one turn, as Mailchimp is known to answer."""
        text = statement(
            "forecast/pretend",
            routes=[route.value for route in routes],
            turn=turn,
            taken_off=TAKEN_OFF,
            now=self._now,
            **self._tables,
            **self._key,
        )
        await self._warehouse.execute(text)

    async def _ask(self, name: str, **values: object) -> Rows:
        known = {**self._tables, **self._key, **values}
        return await self._warehouse.rows(statement(name, **known))


def _by_audience(found: Rows) -> dict[str, Rows]:
    """The rows of each audience, without its name; none for one that is not there."""
    parts: dict[str, Rows] = defaultdict(list)
    for row in found:
        parts[row.pop("audience")].append(row)
    return parts
