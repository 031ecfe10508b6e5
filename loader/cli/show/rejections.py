"""`loader rejections`: rows that did not arrive."""

import asyncio
from typing import Any

import click

from loader.cli.options import Place, place_of, warehouse_options
from loader.cli.show.tables import show
from loader.project import choose
from loader.warehouse.registry import registered_audiences
from loader.warehouse.reports.runs import Rows
from loader.warehouse.reports.runs import rejections as not_arrived


@click.command()
@click.option("--select", "-s", multiple=True, help="Only these audiences.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV.")
@warehouse_options
def rejections(*, select: tuple[str, ...], as_json: bool, as_csv: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Rows that did not arrive, with the reason: held, rejected, invalid and unknown."""
    show(asyncio.run(_rows(place_of(options), select)), as_json=as_json, as_csv=as_csv)


async def _rows(place: Place, select: tuple[str, ...]) -> Rows:
    with place.open() as warehouse:
        audiences = choose(await registered_audiences(warehouse), select, ())
        return await not_arrived(warehouse, audiences)
