"""Erase people from everything that is kept of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from loader.model.addresses import identity
from loader.model.errors import ConfigurationError
from loader.model.reasons import IN_FLIGHT
from loader.warehouse.base import Warehouse
from loader.warehouse.erasure.locations import Location, Locations, find_locations
from loader.warehouse.sql_templates import Statement, column, statement

_AROUND = r"\s\"'<>(),:;=&?\[\]{}"  # what an address in a text is not made of
ADDRESS_IN_A_TEXT = f"[^{_AROUND}]+@[^{_AROUND}]*[^{_AROUND}.!]"


@dataclass(slots=True, kw_only=True)
class Erased:
    """What was erased, and what was not.

    Attributes:
        people: how many people were found; several lines may name one.
        addresses: how many addresses of theirs.
        history: how many rows of histories.
        ledger: how many of the ledger.
        acks: how many acknowledgements.
        others: how many rows of other tables.
        pages: how many tables that a killed read had left.
        missing: the numbers of the lines about which nothing is known.
        beside: how many addresses share a `person_id` with others that were left.
        lists: where Mailchimp was last seen to have them: the list, and the status.
        elsewhere: how often an address still stands in other tables of the warehouse.
        other_schemas: schemas with tables of the loader that were not asked for.
        remains: where the warehouse may still show what was deleted.
    """

    people: int = 0
    addresses: int = 0
    history: int = 0
    ledger: int = 0
    acks: int = 0
    others: int = 0
    pages: int = 0
    missing: list[int] = field(default_factory=list)
    beside: int = 0
    lists: list[str] = field(default_factory=list)
    elsewhere: dict[str, int] = field(default_factory=dict)
    other_schemas: list[str] = field(default_factory=list)
    remains: Sequence[str] = ()


async def erase(
    warehouse: Warehouse, lines: Mapping[int, str], schemas: Iterable[str] = ()
) -> Erased:
    """Erase the people whom these lines name by an address or a `person_id`.

    Whoever they lead to goes too: the other addresses of a `person_id`, and those before and after
    a change of address. The tables' files are rewritten in any case, and it is let go
    of: a run before may have been killed between the two.

    Args:
        warehouse: the warehouse of the target.
        lines: by their number, an address, a `person_id` or the key of a contact without an
            address each.
        schemas: other schemas of the same database to erase from.

    Raises:
        ConfigurationError: an audience still selects one of them, or a schema has no table of ours;
            nothing was erased.
        WarehouseError: it could not be done.
    """
    places = await find_locations(warehouse, schemas)
    kept = [place.table for place in places.within if not place.rule.is_dropped]
    async with warehouse.rewriting(kept):
        await _find_people(warehouse, places, lines)
        await _refuse_selected(warehouse, places)
        erased = await _count(warehouse, places, lines)
        await warehouse.execute(*(one for place in places.within for one in _erasing(place)))
        erased.elsewhere = await _elsewhere(warehouse, places)
    return erased


async def _find_people(warehouse: Warehouse, places: Locations, lines: Mapping[int, str]) -> None:
    """Make the table of everybody whom the lines name, which all that follows reads."""
    histories = places.named("history")
    await warehouse.execute(
        statement("erase/asked", lines=[(number, _asked(line)) for number, line in lines.items()]),
        statement(
            "erase/holders", histories=histories, acknowledgements=places.named("loader_acks")
        ),
        statement(
            "erase/people",
            ledgers=places.named("loader_ledger"),
            drifts=places.named("loader_drift"),
            in_flight=IN_FLIGHT,
        ),
    )


def _asked(line: str) -> str:
    """What a line asks for; no address and no id has a control character, and SQL ends at some."""
    given = identity(line)
    return given if all(ord(letter) >= ord(" ") for letter in given) else ""


async def _refuse_selected(warehouse: Warehouse, places: Locations) -> None:
    """The next build would bring back somebody who is still selected."""
    selecting = {
        place.selected_by: None
        for place in places.named("history")
        if place.selected_by and await _rows_of(warehouse, place, is_current=True)
    }
    if selecting:
        raise ConfigurationError(
            f"Still selected by {', '.join(selecting)}, so nothing was erased. Delete the person"
            " at the source first. Then run dbt and loader sync, so that they leave Mailchimp"
            " too."
        )


async def _count(warehouse: Warehouse, places: Locations, lines: Mapping[int, str]) -> Erased:
    erased = Erased(other_schemas=places.other_schemas, remains=warehouse.remains)
    found: set[int] = set()
    addresses: set[str] = set()
    for place in places.within:
        erased.pages += place.rule.is_dropped
        if place.rule.has_people:
            for row in await _ask(warehouse, "erase/found", place=place):
                found |= {row["line"]}
                addresses |= {row["email_address"]}
            count = await _rows_of(warehouse, place, is_current=False)
            name = place.name.removeprefix("loader_")
            kind = name if name in ("history", "ledger", "acks") else "others"
            setattr(erased, kind, getattr(erased, kind) + count)
    first = {row["line"]: row["first_line"] for row in await _ask(warehouse, "erase/same")}
    erased.people = len({first[line] for line in found})
    erased.addresses = len(addresses)
    erased.missing = [number for number in lines if number not in found]
    for place in places.named("mailchimp_members"):
        erased.lists += [row["seen"] for row in await _ask(warehouse, "erase/lists", place=place)]
    (row,) = await _ask(warehouse, "erase/beside")
    erased.beside = row["addresses"]
    return erased


def _erasing(place: Location) -> list[Statement]:
    """The statements that erase the people from a place."""
    if place.rule.is_dropped:
        return [statement("members/unstage", pages=place.table)]
    statements = [
        statement("erase/words", table=place.table, column=column(one), pattern=ADDRESS_IN_A_TEXT)
        for one in place.rule.words
    ]
    if place.name == "mailchimp_members":
        statements.append(statement("erase/read_again", place=place))
    if place.rule.has_people:
        given = {"place": place, "is_count": False, "is_current": False}
        statements.append(statement("erase/rows", **given))
    return statements


async def _ask(warehouse: Warehouse, name: str, **values: object) -> list[dict[str, Any]]:
    return await warehouse.fetch(statement(name, **values))


async def _rows_of(warehouse: Warehouse, place: Location, *, is_current: bool) -> int:
    given = {"place": place, "is_count": True, "is_current": is_current}
    (row,) = await _ask(warehouse, "erase/rows", **given)
    return int(row["rows"])


async def _elsewhere(warehouse: Warehouse, places: Locations) -> dict[str, int]:
    """How often tables that are not ours to change still name an address."""
    others = [
        {
            "name": f"{one.schema}.{one.name}",
            "table": one.relation,
            "columns": [column(name) for name in one.texts],
        }
        for one in places.others
        if one.texts
    ]
    found = await _ask(warehouse, "erase/elsewhere", others=others, pattern=ADDRESS_IN_A_TEXT)
    return {row["name"]: row["times"] for row in found}
