"""What people ask the warehouse: about earlier runs, and about the one that would come."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from loader.audience import Audience
from loader.model import Route
from loader.places import FieldRule
from loader.warehouse.connect import Warehouse
from loader.warehouse.registry import require_table, rows
from loader.warehouse.statements import Relation, statement, tables

Rows = list[dict[str, Any]]


async def rejections(warehouse: Warehouse, audiences: list[Audience]) -> Rows:
    """The rows that did not arrive and why: held, rejected, invalid and unknown."""
    found: Rows = []
    for delta in dict.fromkeys(audience.delta for audience in audiences if audience.delta):
        found += await rows(warehouse, statement("reports/rejections", delta=Relation(delta)))
    return found


async def runs(warehouse: Warehouse, *, limit: int) -> Rows:
    """The latest runs, a row a run and audience, the newest first."""
    await require_table(warehouse, "loader_runs")
    return await rows(warehouse, statement("reports/runs", limit=limit, **tables(warehouse.schema)))


async def last_turns(warehouse: Warehouse) -> dict[tuple[str, str], datetime]:
    """When each audience and list had its turn, in UTC."""
    await require_table(warehouse, "loader_runs")
    query = statement("runs/last_turns", **tables(warehouse.schema))
    found = await rows(warehouse, query)
    return {(row["audience"], row["list_id"]): row["started_at"] for row in found}


async def overview(warehouse: Warehouse, audiences: list[Audience]) -> Rows:
    """The audiences in numbers, a row an audience and list."""
    found: Rows = []
    for audience in audiences:
        row: dict[str, Any] = {
            "audience": audience.name,
            "list_id": audience.list_id,
            "segment": audience.segment,
            "contacts_may": audience.contacts,
            "schedule": audience.schedule,
            "status": audience.unsent_because or "ready",
        }
        if audience.delta:
            query = statement(
                "reports/audience",
                audience=audience.name,
                list_id=audience.list_id,
                delta=Relation(audience.delta),
                current=Relation(audience.current),
                **tables(warehouse.schema),
            )
            row.update((await rows(warehouse, query))[0])
        found.append(row)
    return found


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

    async def foresee(
        self, fields: Sequence[FieldRule], roles: Sequence[str], *, is_kept: bool
    ) -> None:
        """Say of each row of the plan what becomes of it, by what the fields of the list want.

        `is_kept` says that a new contact needs no confirmation before anything else is told of it.
        """
        text = statement("forecast/foresee", fields=fields, roles=roles, is_kept=is_kept)
        await self._warehouse.execute(text)

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

    async def pretend(self, routes: Sequence[Route], *, status_if_new: str, is_kept: bool) -> None:
        """Acknowledge what goes these ways, as Mailchimp is known to answer."""
        text = statement(
            "forecast/pretend",
            routes=[route.value for route in routes],
            status_if_new=status_if_new,
            is_kept=is_kept,
            now=self._now,
            **self._tables,
            **self._key,
        )
        await self._warehouse.execute(text)

    async def _ask(self, name: str, **values: object) -> Rows:
        known = {**self._tables, **self._key, **values}
        return await rows(self._warehouse, statement(name, **known))
