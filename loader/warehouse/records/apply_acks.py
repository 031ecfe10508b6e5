"""Bring the ledger up to date with what a run was answered, also with what a killed one was."""

from collections.abc import Sequence
from datetime import datetime

from loader.model.audience import UNFINISHED, Audience, owners_of_segments
from loader.model.reasons import IN_FLIGHT, NOT_ON_LIST
from loader.warehouse.base import Warehouse
from loader.warehouse.contract import schema_of
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.sql_templates import Statement, relation, statement, tables

# what a row of the ledger is about, where it is not the contact itself
KIND_OF_ACTION = {
    "segment_add": "segment",
    "segment_remove": "segment",
    "tag_add": "tag",
    "tag_remove": "tag",
    "permissions": "permissions",
}

# what is known under an old address follows the contact to the new one
ADDRESS_CHANGE_STATEMENTS = (
    "acks/delete_old_member",
    "acks/merge_address_state",
    "acks/delete_superseded",
    "acks/rename_address",
)

# what a run that ended in order had claimed and never sent; the last takes out who was not known
GIVE_BACK = ("acks/release_in_flight", "acks/release_claims", "acks/delete_unattempted")


async def prepare_ledger(
    warehouse: Warehouse, registered: Sequence[Audience], *, now: datetime
) -> None:
    """Before a run: fold what a killed loader was answered, and look who wants whom by now.

    Deltas read both; dbt may have built audiences and not come to its end.
    """
    await settle_ledger(warehouse, registered, now=now)
    known = tables(warehouse.schema)
    for name in ("wanted", "conflicts"):
        columns = [Relation(column) for column in schema_of(f"loader_{name}").names]
        now_wished = relation(warehouse.schema, f"loader_{name}__now")
        await warehouse.execute(
            statement("registry/wanted_now", now_wished=now_wished),
            statement("registry/delete_wanted", wished=known[name], columns=columns),
            statement("registry/add_wanted", wished=known[name], columns=columns),
        )


async def settle_ledger(
    warehouse: Warehouse, registered: Sequence[Audience], *, now: datetime
) -> None:
    """Fold what a killed loader was answered into the ledger.

    What an audience had put in a place that another one names now becomes that one's.
    """
    await recover_unfinished_runs(warehouse, now=now)
    for owner in owners_of_segments(registered):
        if owner.status != UNFINISHED:
            await _take_over(warehouse, owner, registered)


async def _take_over(warehouse: Warehouse, owner: Audience, registered: Sequence[Audience]) -> None:
    """Let what others had put in the segment of an audience be its own.

    An audience that is gone and had the same segment is the same one under an old name: what it had
    put on the list goes along, as far as the new name has such places.
    """
    key = {"list_id": owner.list_id, "audience": owner.name, "segment": owner.segment}
    known = {**tables(warehouse.schema), **key}
    found = await warehouse.fetch(statement("ledger/in_segment", **known))
    moved = [
        {"old_audience": row["audience"], "kind": "segment", "old_segment": row["segment"]}
        for row in found
    ]
    moved += [
        {"old_audience": one.name, "kind": kind, "old_segment": None, "segment": None}
        for one in registered
        if not one.is_in_project and one.is_in_segment(owner)
        for kind in owner.kinds
    ]
    for one in moved:
        names = ("ledger/take_over", "ledger/taken_over")
        await warehouse.execute(*(statement(name, **{**known, **one}) for name in names))


async def recover_unfinished_runs(warehouse: Warehouse, *, now: datetime) -> None:
    """Bring the ledger up to date with the runs of a killed loader."""
    known = tables(warehouse.schema)
    for key in await warehouse.fetch(statement("runs/unfinished", **known)):
        await warehouse.execute(
            *await ack_statements(warehouse, known, key),
            statement("acks/confirm_claims_after_crash", **known, **key),
            statement("runs/mark_killed", now=now, **known, **key),
        )


async def ack_statements(
    warehouse: Warehouse, known: dict[str, Relation], key: dict[str, str]
) -> list[Statement]:
    """What follows from the acknowledgements of a run on one list, for the ledger of its audiences.

    Where nothing was acknowledged of a kind, there is nothing to do about it.
    """
    found = await warehouse.fetch(statement("acks/actions", **known, **key))
    actions = {row["action"] for row in found}
    kinds = sorted({KIND_OF_ACTION.get(action, "contact") for action in actions})
    given = {"in_flight": IN_FLIGHT, "not_on_list": NOT_ON_LIST, **known, **key}
    moves = ADDRESS_CHANGE_STATEMENTS if "change_address" in actions else ()
    return [
        *(statement(name, **given) for name in ("acks/address_changes_of_run", *moves)),
        *(statement("acks/apply", kind=kind, **known, **key) for kind in kinds),
    ]
