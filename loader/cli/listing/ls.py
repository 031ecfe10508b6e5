"""`loader ls`: the audiences."""

import asyncio
from typing import Any

import click

from loader.model.list_schema import LeftBehind
from loader.terminal.options import WarehouseOptions, pop_warehouse_options, warehouse_options
from loader.terminal.output import say
from loader.terminal.tables import show, wide_option
from loader.warehouse.registry import left_behind, registered_audiences, without_retired
from loader.warehouse.reports.runs import Rows, overview

COLUMNS = ("audience", "list_id", "status", "contacts", "rejected", "last_run")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@wide_option
@warehouse_options
def ls(*, as_json: bool, is_wide: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """List the audiences and their last run.

    The table has list, segment, last run, contacts wanted, people ever sent, and rows held. Below
    it is what an earlier configuration left behind in Mailchimp, with the command that removes it.
    """
    rows, left = asyncio.run(_rows(pop_warehouse_options(options)))
    show(rows, as_json=as_json, is_wide=is_wide, columns=COLUMNS)
    if not as_json:
        for one in left:
            say(str(one))


async def _rows(where: WarehouseOptions) -> tuple[Rows, tuple[LeftBehind, ...]]:
    with where.open(is_reading=True) as warehouse:
        audiences = await registered_audiences(warehouse)
        left = await left_behind(warehouse, audiences)
        return await overview(warehouse, without_retired(audiences, left), left), left
