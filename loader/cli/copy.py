"""`loader copy`: move a project to another warehouse."""

import asyncio
from typing import Any

import click

from loader.commands.copy.command import copy as copy_between
from loader.commands.copy.command import require_apart
from loader.terminal.options import WarehouseOptions, pop_warehouse_options, warehouse_options
from loader.terminal.output import say


@click.command()
@click.option(
    "--from", "source", required=True, metavar="TARGET", help="The target that is copied from."
)
@warehouse_options
def copy(source: str, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Copy what another target knows, when a project moves to another warehouse.

    Histories, ledger, acknowledgements, runs and what was pulled are copied, from the target of
    --from to that of --target: all at once, or nothing. Then nobody is sent again, and nobody
    leaves. Run dbt with the new target first. The other target is only read, and nothing may have
    been sent from the new one.
    """
    where = pop_warehouse_options(options)
    here = where.find()
    there = where.other(source, same=f"--from names the target that is copied into, '{source}'.")
    require_apart(here, there)
    for line in asyncio.run(_copy(where, source)):
        say(line)


async def _copy(where: WarehouseOptions, source: str) -> list[str]:
    with where.beside(source).open() as there, where.open() as here:
        return await copy_between(there, here, source=source, target=where.find().name)
