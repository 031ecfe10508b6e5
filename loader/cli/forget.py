"""`loader forget`: erase a person from the warehouse."""

import asyncio
import sys
from typing import Any

import click

from loader.model.addresses import is_like_address
from loader.model.errors import Interrupted
from loader.model.wording import counted, people
from loader.session.dbt_target import Target
from loader.terminal.options import WarehouseOptions, pop_warehouse_options, warehouse_options
from loader.terminal.output import answer_to, is_agreed, say
from loader.terminal.people import piped_lines
from loader.warehouse.erasure.erase import Erased, erase

MOST = 10  # lines and tables that are named
NOT_FOUND = 1  # exit code


@click.command()
@click.option(
    "--schema",
    "schemas",
    multiple=True,
    help="Erase from this schema of the same database too; may be repeated.",
)
@warehouse_options
def forget(
    schemas: tuple[str, ...],
    **options: Any,  # noqa: ANN401 - click passes options by name
) -> None:
    """Erase people from every table of the loader.

    People are read from standard input, one address or person_id a line, because everybody on the
    machine can see arguments. Histories, ledger, answers and what was pulled are erased, for every
    address that a person had, as far as their person_id or a change of address shows. The files
    of the tables are rewritten, so that nothing can be read in them any more. On PostgreSQL the
    role must own them.

    Delete the people in Mailchimp first: the loader does not, and the next sync would read them
    again. Somebody whom an audience still selects is not erased.

    Exits with 1 when a line names nobody who is known.
    """
    where, lines = pop_warehouse_options(options), _lines()
    erased = asyncio.run(_forget(where, lines, schemas))
    for text in (*_told(erased), *_not_found(erased, lines), *_out_of_reach(erased, where.find())):
        say(text)
    sys.exit(NOT_FOUND if erased.missing else 0)


async def _forget(
    where: WarehouseOptions, lines: dict[int, str], schemas: tuple[str, ...]
) -> Erased:
    with where.open() as warehouse:
        return await erase(warehouse, lines, schemas)


def _lines() -> dict[int, str]:
    """The lines of standard input that are not empty, by number; a terminal is asked for one."""
    if sys.stdin.isatty():
        line = answer_to("Address or person_id")
        if not is_agreed("Erase everything that is recorded about it? This cannot be undone."):
            raise Interrupted("Nothing was erased.")
        return {1: line}
    return piped_lines()


def _told(erased: Erased) -> list[str]:
    """What was erased."""
    told = [
        (
            f"Erased {people(erased.people)} with"
            f" {counted(erased.addresses, 'address', 'addresses')}:"
            f" {counted(erased.history, 'row')} of history, {erased.ledger:,} of the ledger,"
            f" {counted(erased.acks, 'acknowledgement')},"
            f" {counted(erased.others, 'row')} of other tables."
        )
    ]
    if erased.pages:
        told.append(f"Removed {counted(erased.pages, 'temporary table')} of a killed read.")
    if erased.beside:
        told.append(
            f"{erased.beside:,} of the addresses shared a person_id with others at the same time."
            " Those may be other people, and were not erased. Enter the person_id to erase them"
            " all."
        )
    if erased.lists:
        told.append(
            f"When last read, Mailchimp had them on {', '.join(erased.lists)}. Delete the people"
            " there: the next sync reads those lists completely."
        )
    return told


def _not_found(erased: Erased, lines: dict[int, str]) -> list[str]:
    """How many lines name nobody who is known; they are not repeated, for they may be addresses."""
    if not erased.missing:
        return []
    told = [
        (
            f"Not found: {len(erased.missing):,} of {len(lines):,}. Nothing is recorded about"
            f" {_numbers(erased.missing)}."
        )
    ]
    strange = [number for number in erased.missing if not is_like_address(lines[number])]
    if strange:
        told.append(f"{_numbers(strange).capitalize()}: neither an address nor a known person_id.")
    return told


def _numbers(lines: list[int]) -> str:
    named = ", ".join(str(line) for line in lines[:MOST])
    more = f" and {len(lines) - MOST:,} more" if len(lines) > MOST else ""
    return f"line {named}{more}" if len(lines) == 1 else f"lines {named}{more}"


def _out_of_reach(erased: Erased, target: Target) -> list[str]:
    """Where the people may still stand."""
    told = [
        "Not erased by this command; check them yourself:",
        "- Mailchimp itself",
        *(f"- {place}" for place in erased.remains),
        f"- what dbt wrote into {target.folder / 'target'} and {target.folder / 'logs'}",
    ]
    named = [f"{name} ({counted(times, 'time')})" for name, times in erased.elsewhere.items()]
    if named:
        more = f" and {len(named) - MOST:,} more" if len(named) > MOST else ""
        told.append(f"- tables that still contain them: {', '.join(named[:MOST])}{more}")
    if erased.other_schemas:
        asked = " ".join(f"--schema {name}" for name in erased.other_schemas)
        told.append(f"- other schemas with tables of the loader: run again with {asked}")
    return told
