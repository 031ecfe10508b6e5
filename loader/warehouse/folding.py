"""Bring the ledger up to date with what a run was answered, also with what a killed one was."""

from datetime import datetime

from loader.model import NOT_THERE
from loader.warehouse.connect import Warehouse
from loader.warehouse.contract import TABLES
from loader.warehouse.statements import Relation, relation, statement, tables

# the reason of an archive or a change of address that may have been carried out
ON_ITS_WAY = "on its way"
# what a row of the ledger is about, where it is not the contact itself
KIND_OF_ACTION = {
    "segment_add": "segment",
    "segment_remove": "segment",
    "tag_add": "tag",
    "tag_remove": "tag",
    "permissions": "permissions",
}

# what is known under an old address follows the contact to the new one
FOLLOW = ("fold/leave_address", "fold/carry_over", "fold/make_room", "fold/follow")

# what a run that ended in order had claimed and never sent; the last takes out who was not known
GIVE_BACK = ("fold/unclaim_single", "fold/unclaim", "fold/unknow")


async def catch_up(warehouse: Warehouse, *, now: datetime) -> None:
    """Before a run: fold what a killed loader was answered, and look who wants whom by now.

    Deltas read both; dbt may have built audiences and not come to its end.
    """
    await fold_leftovers(warehouse, now=now)
    known = tables(warehouse.schema)
    for name in ("wanted", "conflicts"):
        columns = [Relation(column) for column in TABLES[f"loader_{name}"].names]
        now_wished = relation(warehouse.schema, f"loader_{name}__now")
        await warehouse.execute(
            statement("registry/wishes", now_wished=now_wished),
            statement("registry/forget_wishes", wished=known[name], columns=columns),
            statement("registry/add_wishes", wished=known[name], columns=columns),
        )


async def fold_leftovers(warehouse: Warehouse, *, now: datetime) -> None:
    """Bring the ledger up to date with the runs of a killed loader."""
    known = tables(warehouse.schema)
    for key in await warehouse.rows(statement("runs/unfinished", **known)):
        await warehouse.execute(
            *await fold_statements(warehouse, known, key),
            statement("fold/keep_claims", **known, **key),
            statement("runs/abandon", now=now, **known, **key),
        )


async def fold_statements(
    warehouse: Warehouse, known: dict[str, Relation], key: dict[str, str]
) -> list[str]:
    """What follows from the acknowledgements of a run on one list, for the ledger of its audiences.

    Where nothing was acknowledged of a kind, there is nothing to do about it.
    """
    found = await warehouse.rows(statement("fold/actions", **known, **key))
    actions = {row["action"] for row in found}
    kinds = sorted({KIND_OF_ACTION.get(action, "contact") for action in actions})
    given = {"on_its_way": ON_ITS_WAY, "not_there": NOT_THERE, **known, **key}
    moves = FOLLOW if "change_address" in actions else ()
    return [
        *(statement(name, **given) for name in ("fold/changed_addresses", *moves)),
        *(statement("fold/acknowledged", kind=kind, **known, **key) for kind in kinds),
    ]
