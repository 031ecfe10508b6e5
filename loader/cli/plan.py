"""`loader plan`: what a sync would do, without a write anywhere."""

import asyncio
import os
import sys
from importlib.metadata import version
from typing import Any

import click

from loader.cli.exits import say_text
from loader.cli.options import Place, clock, place_of, retry_option, warehouse_options
from loader.cli.sync import audience_options
from loader.forecast import Forecast, as_json, as_markdown, as_text
from loader.pipeline.plan import Planning
from loader.report import RunReport
from loader.settings import Patience, Settings


@click.command()
@audience_options
@click.option(
    "--show",
    "most",
    type=click.IntRange(0),
    default=0,
    metavar="PEOPLE",
    help="Name so many people of everything that is told; their addresses are printed.",
)
@click.option("--json", "wants_json", is_flag=True, help="As JSON.")
@click.option("--markdown", "wants_markdown", is_flag=True, help="As Markdown, for a pull request.")
@retry_option
@warehouse_options
def plan(*, most: int, wants_json: bool, wants_markdown: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """What a sync would do: who joins, changes, leaves, is held or refused, and in what time.

    It reads the lists, goes through the sync in the warehouse in a transaction that is undone, and
    writes nothing to Mailchimp. What Mailchimp is known to refuse is told apart from what is
    certain. A guard that would stop the sync is told too; it is no error here.
    """
    if wants_json and wants_markdown:
        raise click.UsageError("Choose one of --json and --markdown.")
    report = RunReport(run_id="", version=version("dbt-mailchimp"))
    place = place_of(options)
    patience = Patience(retry_seconds=options.pop("retry_seconds"))
    settings = Settings(**options, target=place.find().name)
    forecasts = asyncio.run(_forecasts(place, settings, report, patience, most))
    if settings.due and not forecasts and not (report.exit_code or wants_json or wants_markdown):
        sys.exit(0)  # nothing is due
    render = as_json if wants_json else as_markdown if wants_markdown else as_text
    say_text(render(forecasts, report.unsent, report.left_behind))
    sys.exit(report.exit_code)


async def _forecasts(
    place: Place, settings: Settings, report: RunReport, patience: Patience, most: int
) -> list[Forecast]:
    with place.open() as warehouse:
        planning = Planning(
            warehouse=warehouse,
            settings=settings,
            environment=os.environ,
            report=report,
            most=most,
            patience=patience,
            now=clock(),
        )
        return await planning.forecasts()
