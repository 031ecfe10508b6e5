"""`loader ls`: the audiences."""

import asyncio
from typing import Any

import click

from loader.cli.options import Place, place_of, warehouse_options
from loader.cli.show.tables import show
from loader.warehouse.registry import registered_audiences
from loader.warehouse.reports.runs import Rows, overview


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@warehouse_options
def ls(*, as_json: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """The audiences: list, segment, last run, contacts wanted, people ever sent, what is held."""
    show(asyncio.run(_rows(place_of(options))), as_json=as_json)


async def _rows(place: Place) -> Rows:
    with place.open() as warehouse:
        return await overview(warehouse, await registered_audiences(warehouse))
