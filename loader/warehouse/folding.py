"""Bring the ledger up to date with what a run was answered, also with what a killed one was."""

from datetime import datetime

from loader.model import NOT_THERE
from loader.warehouse.connect import Warehouse
from loader.warehouse.registry import rows
from loader.warehouse.statements import Relation, statement, tables

# the reason of an archive or a change of address that may have been carried out
ON_ITS_WAY = "on its way"
KINDS = ("contact", "segment", "tag", "permissions")  # what a row of the ledger is about

# what is known under an old address follows the contact to the new one
FOLLOW = ("fold/leave_address", "fold/carry_over", "fold/make_room", "fold/follow")


async def fold_leftovers(warehouse: Warehouse, *, now: datetime) -> None:
    """Bring the ledger up to date with the runs of a killed loader."""
    known = tables(warehouse.schema)
    for key in await rows(warehouse, statement("runs/unfinished", **known)):
        await warehouse.execute(
            *fold_statements(known, key),
            statement("fold/keep_claims", **known, **key),
            statement("runs/abandon", now=now, **known, **key),
        )


def fold_statements(known: dict[str, Relation], key: dict[str, str]) -> list[str]:
    """What follows from the acknowledgements of a run, for the ledger of every audience."""
    given = {"on_its_way": ON_ITS_WAY, "not_there": NOT_THERE, **known, **key}
    return [
        *(statement(name, **given) for name in ("fold/changed_addresses", *FOLLOW)),
        *(statement("fold/acknowledged", kind=kind, **known, **key) for kind in KINDS),
    ]
