"""Erase a person from everything that is kept of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from loader.audience import Audience
from loader.errors import ConfigurationError
from loader.warehouse.connect import Warehouse
from loader.warehouse.registry import registered_audiences
from loader.warehouse.statements import Relation, statement, tables


@dataclass(slots=True, kw_only=True)
class Forgotten:
    """How many rows were erased, and the lists of Mailchimp that were seen to show the people."""

    people: int = 0
    history: int = 0
    ledger: int = 0
    acks: int = 0
    lists: list[str] = field(default_factory=list)


async def forget(warehouse: Warehouse, addresses: Iterable[str]) -> Forgotten:
    """Erase people from every history, the ledger, the acknowledgements and what Mailchimp showed.

    The warehouse is let go of, because its files are written anew without what was erased.

    Raises:
        ConfigurationError: an audience still selects one of them; nothing was erased.
        WarehouseError: it could not be done.
    """
    keys = list(dict.fromkeys(filter(None, map(_normalised, addresses))))
    audiences = await registered_audiences(warehouse)
    histories = {one.history: one.name for one in audiences if one.history}
    await _refuse_selected(warehouse, [one for one in audiences if one.history], keys)
    forgotten = Forgotten()
    statements = []
    for address in keys:
        await _count(warehouse, histories, address, forgotten)
        statements += [
            statement("forget/history", history=Relation(history), address=address)
            for history in histories
        ]
        statements += [
            statement(f"forget/{name}", address=address, **tables(warehouse.schema))
            for name in (
                "wanted",
                "conflicts",
                "ledger",
                "acks",
                "members",
                "segment_members",
                "events",
                "drift",
                "moved_to",
            )
        ]
    await warehouse.execute(*statements)
    await warehouse.rewrite()
    return forgotten


async def _refuse_selected(
    warehouse: Warehouse, audiences: list[Audience], addresses: list[str]
) -> None:
    """The next build would bring back somebody who is still selected."""
    selecting = {
        audience.name: None
        for audience in audiences
        for address in addresses
        if audience.is_in_project
        and await _ask(warehouse, "forget/selected", audience.history, address)
    }
    if selecting:
        raise ConfigurationError(
            f"Still selected by {', '.join(selecting)}, so nothing was erased. Delete the person at"
            " the source first, then dbt run and loader sync, so that they leave Mailchimp too."
        )


async def _count(
    warehouse: Warehouse, histories: Iterable[str], address: str, forgotten: Forgotten
) -> None:
    in_histories = [await _ask(warehouse, "forget/found", one, address) for one in histories]
    known = statement("forget/known", address=address, **tables(warehouse.schema))
    (row,) = await warehouse.rows(known)
    forgotten.people += any((*in_histories, row["ledger"], row["acks"], row["lists"]))
    forgotten.history += sum(in_histories)
    forgotten.ledger += row["ledger"]
    forgotten.acks += row["acks"]
    forgotten.lists += [row["lists"]] if row["lists"] else []


async def _ask(warehouse: Warehouse, name: str, history: str, address: str) -> int:
    query = statement(name, history=Relation(history), address=address)
    (row,) = await warehouse.rows(query)
    return int(next(iter(row.values())))


def _normalised(address: str) -> str:
    """The key of a contact; letter by letter, for Python lowers a last sigma to another letter."""
    return "".join(letter.lower() for letter in address.strip())
