"""`loader ls`: the audiences."""

import asyncio
from typing import Any

import click

from loader.cli.options import Place, place_of, warehouse_options
from loader.cli.show.tables import show, wide_option
from loader.warehouse.registry import registered_audiences
from loader.warehouse.reports.runs import Rows, overview

COLUMNS = ("audience", "list_id", "status", "contacts", "rejected", "last_run")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@wide_option
@warehouse_options
def ls(*, as_json: bool, is_wide: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """The audiences: list, segment, last run, contacts wanted, people ever sent, what is held."""
    rows = asyncio.run(_rows(place_of(options)))
    show(rows, as_json=as_json, is_wide=is_wide, columns=COLUMNS)


async def _rows(place: Place) -> Rows:
    with place.open() as warehouse:
        return await overview(warehouse, await registered_audiences(warehouse))
