"""`loader plan`: what a sync would do, without a write anywhere."""

import asyncio
import sys
from typing import Any

import click

from loader import __version__
from loader.cli.sync import audience_options
from loader.cli.terminal.options import (
    pop_warehouse_options,
    retry_option,
    warehouse_options,
)
from loader.cli.terminal.output import say_text
from loader.cli.terminal.run_command import open_context
from loader.commands.plan.command import PlanRun
from loader.commands.plan.plan_report import as_json, as_markdown, as_text
from loader.model.settings import Settings
from loader.text.report import RunReport


@click.command()
@audience_options
@click.option(
    "--sample",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="List N people of each kind of change; this prints their addresses.",
)
@click.option("--json", "wants_json", is_flag=True, help="As JSON.")
@click.option("--markdown", "wants_markdown", is_flag=True, help="As Markdown, for a pull request.")
@retry_option
@warehouse_options
def plan(*, sample: int, wants_json: bool, wants_markdown: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Report what a sync would do, and write nothing.

    The plan shows who joins, changes, leaves or is held, and how long the sync takes. It reads the
    lists and simulates the sync in the warehouse, in a transaction that is rolled back.

    Rows that Mailchimp will refuse are listed separately from rows that will be written. If a guard
    would stop the sync, the plan says so and still exits with 0.
    """
    if wants_json and wants_markdown:
        raise click.UsageError("Choose one of --json and --markdown.")
    report = RunReport(run_id="", version=__version__)
    where, retry_seconds = pop_warehouse_options(options), options.pop("retry_seconds")
    settings = Settings(**options, target=where.find().name)
    with open_context(where, settings, retry_seconds=retry_seconds) as context:
        found = asyncio.run(PlanRun(context=context, report=report, sample=sample).run())
    if settings.due and not found and not (report.exit_code or wants_json or wants_markdown):
        sys.exit(0)  # nothing is due
    render = as_json if wants_json else as_markdown if wants_markdown else as_text
    say_text(render(found, report.unsent, report.left_behind))
    sys.exit(report.exit_code)
