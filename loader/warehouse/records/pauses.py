"""Which audiences are paused, and how often in a row the others have stopped: `loader_pauses`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from loader.model.audience import Audience, Pause
from loader.model.pauses import Stops
from loader.warehouse.base import Warehouse
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.sql_templates import Statement, statement, tables


async def current_pauses(warehouse: Warehouse) -> dict[tuple[str, str | None], Pause]:
    """The pauses that nobody has ended, and stops in a row, by audience and list."""
    query = statement("pauses/current", **tables(warehouse.schema))
    return pauses_of(await warehouse.fetch(query))


def pauses_of(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, str | None], Pause]:
    """Pauses and stops in a row, by audience and list."""
    found = [Pause(**row) for row in rows]
    return {(one.audience, one.list_id): one for one in found}


async def pause(warehouse: Warehouse, pauses: Sequence[Pause]) -> None:
    """Let audiences rest."""
    await warehouse.execute(statement("pauses/add", adding=pauses, **tables(warehouse.schema)))


async def resume(warehouse: Warehouse, audience: str, *, now: datetime) -> None:
    """Let an audience go on on all its lists; its stops are counted anew."""
    known = {**tables(warehouse.schema), "list_id": None, "now": now}
    await warehouse.execute(
        statement("pauses/resume", audience=audience, resumed_by="person", **known),
        statement("pauses/end_stops", settled=[audience], **known),
    )


async def resume_changed(
    warehouse: Warehouse, audiences: Iterable[Audience], *, now: datetime
) -> list[Pause]:
    """End the pauses by the loader of audiences whose configuration is another one by now.

    Returns:
        The pauses that are over.
    """
    named = {(one.name, one.list_id): one for one in audiences}
    names = {name for name, _ in named}
    over = [
        one
        for place, one in (await current_pauses(warehouse)).items()
        if one.paused_at is not None
        and not one.is_by_person
        and one.audience in names
        # a list that the audience names no more is a change, too
        and (place not in named or named[place].pause is None)
    ]
    known = {**tables(warehouse.schema), "now": now, "resumed_by": "configuration"}
    await warehouse.execute(
        *(
            statement("pauses/resume", audience=one.audience, list_id=one.list_id, **known)
            for one in over
        )
    )
    return over


def stop_statements(schema: str, list_id: str, stops: Stops, *, now: datetime) -> list[Statement]:
    """What writes down the stops in a row of the audiences of a list."""
    known = {**tables(schema), "now": now, "list_id": list_id}
    found = []
    if stops.settled:
        found.append(statement("pauses/end_stops", settled=stops.settled, **known))
    if stops.stopped:
        found.append(statement("pauses/add", adding=stops.stopped, **known))
    return found


async def withdrawals_owed(warehouse: Warehouse, audience: Audience) -> int:
    """How many withdrawals of consent an audience owes its list."""
    delta = Relation(audience.delta)
    query = statement("pauses/withdrawals", delta=delta, list_id=audience.list_id)
    return int((await warehouse.fetch(query))[0]["contacts"])
