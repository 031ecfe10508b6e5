"""`loader explain`: one person's story."""

import asyncio
import sys
from typing import Any

import click

from loader.commands.explain.command import ExplainRun
from loader.commands.explain.story import Nobody, Story
from loader.commands.explain.story_report import as_json, as_text
from loader.model.addresses import identity, is_like_address
from loader.model.errors import ConfigurationError
from loader.terminal.options import (
    WarehouseOptions,
    clock,
    pop_warehouse_options,
    warehouse_options,
)
from loader.terminal.output import answer_to, say_text
from loader.terminal.people import piped_lines

NOT_FOUND = 1  # exit code


@click.command()
@click.argument("person_id", required=False)
@click.option("--json", "wants_json", is_flag=True, help="As JSON.")
@warehouse_options
def explain(*, person_id: str | None, wants_json: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Explain why a person is in Mailchimp, or is not.

    It shows which audiences select the person and since when, what was confirmed in which run, what
    the next sync sends or holds and by which rule, what Mailchimp last showed, and what would
    change it.

    An address is read from standard input, because everybody on the machine can see arguments. A
    PERSON_ID may be an argument. It prints the addresses of this person.

    It sends no request, needs no key, and changes nothing. `loader plan` also reads the lists.

    Exits with 1 when nothing is recorded of the person.
    """
    where, given = pop_warehouse_options(options), _given(person_id)
    told = asyncio.run(_explain(where, given, is_id=person_id is not None))
    say_text(as_json(told, given) if wants_json else as_text(told, given))
    sys.exit(NOT_FOUND if isinstance(told, Nobody) else 0)


async def _explain(where: WarehouseOptions, given: str, *, is_id: bool) -> Story | Nobody:
    target = where.find().name
    with where.open() as warehouse:
        run = ExplainRun(warehouse=warehouse, target=target, now=clock()())
        return await run.run(given, is_id=is_id)


def _given(person_id: str | None) -> str:
    """Whom it is about: the argument, or the one line of standard input."""
    if person_id is not None:
        if is_like_address(person_id):
            raise ConfigurationError(
                "An address is read from standard input: `loader explain` asks for it, or reads a"
                " file. As an argument it stands in the list of processes and in the history of"
                " the shell, so remove it there."
            )
        return _only(identity(person_id))
    if sys.stdin.isatty():
        return _only(identity(answer_to("Address or person_id")))
    lines = list(piped_lines().values())
    if len(lines) > 1:
        raise ConfigurationError(
            f"Standard input has {len(lines):,} lines, and the story is of one person. Write one"
            " address or one person_id."
        )
    return _only(identity(lines[0]))


def _only(given: str) -> str:
    if not given or any(ord(letter) < ord(" ") for letter in given):
        raise ConfigurationError("That is neither an address nor a person_id. Write one of them.")
    return given
