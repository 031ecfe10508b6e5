"""What a run leaves behind, and what people ask the warehouse about earlier ones."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from loader.audience import Audience
from loader.warehouse.connect import Warehouse
from loader.warehouse.registry import require_table
from loader.warehouse.statements import Relation, statement, tables

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """What a run did for one audience and list, as its row in `loader_runs` says it."""

    accepted: int = 0
    held: int = 0
    rejected: int = 0
    invalid: int = 0
    unknown: int = 0
    counts: str = "{}"
    requests: int = 0
    writes: int = 0
    retries: int = 0
    width: int = 0
    exit_code: int = 0
    message: str | None = None


async def rejections(warehouse: Warehouse, audiences: list[Audience]) -> Rows:
    """The rows that did not arrive and why: held, rejected, invalid and unknown."""
    found: Rows = []
    for delta in dict.fromkeys(audience.delta for audience in audiences if audience.delta):
        found += await warehouse.rows(statement("reports/rejections", delta=Relation(delta)))
    return found


async def runs(warehouse: Warehouse, *, limit: int) -> Rows:
    """The latest runs, a row a run and audience, the newest first."""
    await require_table(warehouse, "loader_runs")
    return await warehouse.rows(statement("reports/runs", limit=limit, **tables(warehouse.schema)))


async def last_turns(warehouse: Warehouse) -> dict[tuple[str, str], datetime]:
    """When each audience and list had its turn, in UTC."""
    await require_table(warehouse, "loader_runs")
    query = statement("runs/last_turns", **tables(warehouse.schema))
    found = await warehouse.rows(query)
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
                history=Relation(audience.history),
                **tables(warehouse.schema),
            )
            row.update((await warehouse.rows(query))[0])
        found.append(row)
    return found
