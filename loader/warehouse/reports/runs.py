"""What a run leaves behind, and what people ask the warehouse about earlier ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from loader.model.approved_plan import ApprovedPlan, check_unused
from loader.model.audience import Audience
from loader.model.list_schema import LeftBehind
from loader.model.reasons import said
from loader.warehouse.base import Warehouse
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.registry import given_up, require_table
from loader.warehouse.sql_templates import statement, tables

Rows = list[dict[str, Any]]

_WHY = ("reason_code", "message", "mailchimp_code")
NAMED_NO_MORE = "its model does not name this list any more"  # of a list on which something stays


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
    max_in_flight: int = 0
    exit_code: int = 0
    message: str | None = None


async def rejections(warehouse: Warehouse, audiences: list[Audience]) -> Rows:
    """The rows that did not arrive and why: held, rejected, invalid and unknown."""
    found: Rows = []
    for delta in dict.fromkeys(audience.delta for audience in audiences if audience.delta):
        rows = await warehouse.fetch(statement("reports/rejections", delta=Relation(delta)))
        named = [{**row, "reason": said(*(row[name] for name in _WHY)) or None} for row in rows]
        found += sorted(named, key=_by_reason)
    return found


def _by_reason(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("audience", "list_id", "outcome", "reason"))


async def runs(warehouse: Warehouse, *, limit: int) -> Rows:
    """The latest runs, a row a run and audience, the newest first."""
    await require_table(warehouse, "loader_runs")
    return await warehouse.fetch(statement("reports/runs", limit=limit, **tables(warehouse.schema)))


async def last_completed_runs(warehouse: Warehouse) -> dict[tuple[str, str], datetime]:
    """When the last completed run of each audience and list started, in UTC."""
    await require_table(warehouse, "loader_runs")
    query = statement("runs/last_completed", **tables(warehouse.schema))
    found = await warehouse.fetch(query)
    return {(row["audience"], row["list_id"]): row["started_at"] for row in found}


async def plan_used(warehouse: Warehouse, plan_id: str) -> tuple[str, datetime] | None:
    """The run that has carried out a plan, and when that began in UTC."""
    await require_table(warehouse, "loader_plans")
    query = statement("runs/plan_used", plan_id=plan_id, **tables(warehouse.schema))
    for row in await warehouse.fetch(query):
        return row["run_id"], row["used_at"]
    return None


async def use_plan(warehouse: Warehouse, plan: ApprovedPlan, *, run_id: str, now: datetime) -> None:
    """Note that this run carries out a plan, unless another has.

    Raises:
        GuardTripped: another has.
    """
    await warehouse.execute(
        statement(
            "runs/use_plan",
            plan_id=plan.plan_id,
            created_at=plan.created_at,
            run_id=run_id,
            now=now,
            **tables(warehouse.schema),
        )
    )
    used = await plan_used(warehouse, plan.plan_id)
    check_unused(None if used is not None and used[0] == run_id else used)


async def overview(
    warehouse: Warehouse, audiences: list[Audience], left: Iterable[LeftBehind]
) -> Rows:
    """The audiences in numbers: a row an audience and list that it names or left something on."""
    behind = {(one.audience, one.list_id): one for one in left}
    found: Rows = []
    for audience in audiences:
        row: dict[str, Any] = {
            "audience": audience.name,
            "list_id": audience.list_id,
            "segment": audience.segment,
            "contacts_may": audience.contacts,
            "schedule": audience.schedule,
            "timezone": audience.timezone if audience.schedule else None,
            "status": audience.skip_reason or _paused(audience) or "ready",
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
            row.update((await warehouse.fetch(query))[0])
            row["given_up"] = await given_up(warehouse, audience)
        found.append(row | _left(behind.pop((audience.name, audience.list_id), None)))
    named = {"segment": None, "contacts_may": None, "schedule": None, "timezone": None}
    found += [
        {"audience": name, "list_id": list_id, **named, "status": NAMED_NO_MORE, **_left(one)}
        for (name, list_id), one in behind.items()
    ]
    return found


def _paused(audience: Audience) -> str | None:
    return str(audience.pause) if audience.is_paused else None


def _left(behind: LeftBehind | None) -> dict[str, Any]:
    if behind is None:
        return {"contacts_left": 0, "segments_left": [], "retire": None}
    return {
        "contacts_left": behind.contacts,
        "segments_left": list(behind.segments),
        "retire": behind.command,
    }
