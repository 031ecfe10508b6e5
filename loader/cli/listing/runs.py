"""`loader runs`: what earlier runs did."""

import asyncio
from typing import Any

import click

from loader.terminal.options import WarehouseOptions, pop_warehouse_options, warehouse_options
from loader.terminal.tables import show, wide_option
from loader.warehouse.reports.runs import Rows
from loader.warehouse.reports.runs import runs as latest_runs

COLUMNS = (
    "started_at",
    "audience",
    "accepted",
    "held",
    "rejected",
    "exit_code",
    "message",
)


@click.command()
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="Maximum number of rows."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV.")
@wide_option
@warehouse_options
def runs(*, limit: int, as_json: bool, as_csv: bool, is_wide: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """List the latest runs, one row per run and audience."""
    rows = asyncio.run(_rows(pop_warehouse_options(options), limit))
    show(rows, as_json=as_json, as_csv=as_csv, is_wide=is_wide, columns=COLUMNS)


async def _rows(where: WarehouseOptions, limit: int) -> Rows:
    with where.open(is_reading=True) as warehouse:
        return await latest_runs(warehouse, limit=limit)
