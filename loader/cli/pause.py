"""`loader pause` and `loader resume`: an audience at rest."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import click

from loader.commands.pause import command
from loader.model.errors import ConfigurationError
from loader.terminal.options import (
    WarehouseOptions,
    clock,
    pop_warehouse_options,
    warehouse_options,
)
from loader.terminal.output import answer_to, say
from loader.warehouse.base import Warehouse

Work = Callable[[Warehouse], Coroutine[Any, Any, list[str]]]


@click.command()
@click.argument("audiences", nargs=-1, required=True)
@click.option(
    "--reason", help="Why; whoever finds the audience paused reads it. Default: asked for."
)
@warehouse_options
def pause(*, audiences: tuple[str, ...], reason: str | None, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Pause audiences until somebody resumes them.

    AUDIENCES are names, globs, tag:NAME or path:FOLDER. Nothing of a paused audience is sent, and
    nobody leaves because of it. Withdrawals of consent wait, too. It needs the warehouse alone.
    """
    if reason is None and not sys.stdin.isatty():
        raise ConfigurationError("Say with --reason why it is paused.")
    said = answer_to("Why is it paused?") if reason is None else reason
    now = clock()()
    _do(
        pop_warehouse_options(options),
        lambda warehouse: command.pause(warehouse, audiences, said, now=now),
    )


@click.command()
@click.argument("audiences", nargs=-1, required=True)
@warehouse_options
def resume(*, audiences: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Resume audiences that were paused, by a person or by the loader.

    AUDIENCES are names, globs, tag:NAME or path:FOLDER. The next sync sends what is pending. It
    needs the warehouse alone.
    """
    now = clock()()
    _do(
        pop_warehouse_options(options),
        lambda warehouse: command.resume(warehouse, audiences, now=now),
    )


def _do(where: WarehouseOptions, work: Work) -> None:
    with where.open() as warehouse:
        for line in asyncio.run(work(warehouse)):
            say(line)
