"""What people ask about the run that would come."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from loader.audience import Audience
from loader.model import TAKEN_OFF, Route
from loader.places import FieldRule
from loader.warehouse.connect import Warehouse
from loader.warehouse.registry import rows
from loader.warehouse.statements import Relation, statement, tables

Rows = list[dict[str, Any]]


class Foresight:
    """What the plan of one audience and list comes to; for the time of a rehearsal."""

    def __init__(
        self, warehouse: Warehouse, audience: Audience, *, run_id: str, now: datetime
    ) -> None:
        self._warehouse = warehouse
        self._audience = audience
        self._now = now
        self._key = {"run_id": run_id, "audience": audience.name, "list_id": audience.list_id}
        self._tables = tables(warehouse.schema)

    async def foresee(self, fields: Sequence[FieldRule], roles: Sequence[str]) -> None:
        """Say of each row of the plan of the list what becomes of it, by what the fields want."""
        await self._warehouse.execute(statement("forecast/foresee", fields=fields, roles=roles))

    async def counts(self) -> Rows:
        """Rows by kind, segment, route, category and reason; the doubtful once more."""
        found = await self._ask("forecast/counts")
        doubts = await self._ask("forecast/doubts")
        return [*found, *({"category": "doubtful", **row} for row in doubts)]

    async def people(self, most: int) -> Rows:
        """So many people of everything that is counted."""
        return await self._ask("forecast/sample", most=most)

    async def statuses(self) -> dict[str, int]:
        """How many contacts the list is known to have, by status."""
        return {row["status"]: row["contacts"] for row in await self._ask("forecast/statuses")}

    async def wanted(self) -> tuple[int, int]:
        """How many people are wanted, and how many rows were dropped for another of the address."""
        (row,) = await self._ask("reports/wanted", current=Relation(self._audience.current))
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
        return await rows(self._warehouse, statement(name, **known))
