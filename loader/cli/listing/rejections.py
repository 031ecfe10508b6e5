"""`loader rejections`: rows that did not arrive."""

import asyncio
from collections import Counter
from typing import Any

import click

from loader.model.wording import counted
from loader.session.dbt_target import filter_audiences
from loader.terminal.options import WarehouseOptions, pop_warehouse_options, warehouse_options
from loader.terminal.output import say
from loader.terminal.tables import show, wide_option
from loader.warehouse.registry import registered_audiences
from loader.warehouse.reports.runs import Rows
from loader.warehouse.reports.runs import rejections as not_arrived

OUTCOMES = ("held", "rejected", "invalid", "unknown")
COLUMNS = ("audience", "email_address", "outcome", "reason")
FIRST = 20  # rows of a table


@click.command()
@click.option("--select", "-s", multiple=True, help="Only these audiences.")
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    type=click.Choice(OUTCOMES),
    help="Only these; repeatable.",
)
@click.option(
    "--limit",
    type=click.IntRange(0),
    help=f"Maximum number of rows. Default: {FIRST} in a table, all as JSON or CSV.",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV.")
@wide_option
@warehouse_options
def rejections(
    *,
    select: tuple[str, ...],
    outcomes: tuple[str, ...],
    limit: int | None,
    as_json: bool,
    as_csv: bool,
    is_wide: bool,
    **options: Any,  # noqa: ANN401 - click passes options by name
) -> None:
    """List the rows that did not arrive, with the reason.

    They are held, rejected, invalid or unknown. A table shows the totals by reason, and the first
    rows.
    """
    rows = asyncio.run(_rows(pop_warehouse_options(options), select))
    rows = [row for row in rows if not outcomes or row["outcome"] in outcomes]
    if as_json or as_csv or not rows:
        show(rows[:limit], as_json=as_json, as_csv=as_csv)
        return
    show(_totals(rows), as_json=False, is_wide=is_wide)
    first = rows[: FIRST if limit is None else limit]
    if first:
        say("")
        show(first, as_json=False, is_wide=is_wide, columns=COLUMNS)
    if rest := len(rows) - len(first):
        say("")
        say(f"{counted(rest, 'more row', 'more rows')}: --limit {len(rows)}, --csv or --json.")


async def _rows(where: WarehouseOptions, select: tuple[str, ...]) -> Rows:
    with where.open(is_reading=True) as warehouse:
        audiences = filter_audiences(await registered_audiences(warehouse), select, ())
        return await not_arrived(warehouse, audiences)


def _totals(rows: Rows) -> Rows:
    """How many rows have each outcome and reason, the most first."""
    found = Counter((row["outcome"], row["reason"]) for row in rows)
    return [
        {"rows": number, "outcome": outcome, "reason": reason}
        for (outcome, reason), number in found.most_common()
    ]
