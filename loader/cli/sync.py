"""`loader sync`: send what Mailchimp is owed."""

import asyncio
import os
import signal
import sys
import uuid
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from loader.cli.options import Place, place_of, warehouse_options
from loader.cli.progress import listener
from loader.errors import ConfigurationError, Interrupted
from loader.pipeline.delivery import Tell
from loader.pipeline.run import Run
from loader.report import RunReport, as_json, as_text
from loader.settings import MAX_CONNECTIONS, RETRY_SECONDS, Patience, Settings

SELECTOR = "Names, globs, tag:NAME or path:FOLDER; may be repeated."


@click.command()
@click.option("--select", "-s", multiple=True, help=f"Only these audiences. {SELECTOR}")
@click.option("--exclude", multiple=True, help="All but these audiences.")
@click.option(
    "--historical-refresh", is_flag=True, help="Send everything again; make our segments anew."
)
@click.option("--retry-rejected", is_flag=True, help="Offer rejected rows again now.")
@click.option("--first", is_flag=True, help="A first sync onto a list with contacts is meant.")
@click.option("--force-leave", is_flag=True, help="So many leaves or withdrawals are meant.")
@click.option("--yes", is_flag=True, help="Do not ask before a historical refresh.")
@click.option(
    "--connections",
    type=click.IntRange(1, MAX_CONNECTIONS),
    default=MAX_CONNECTIONS,
    show_default=True,
    help="Simultaneous requests at the most; Mailchimp allows 10 for all that a user runs.",
)
@click.option(
    "--retry-seconds",
    type=click.FloatRange(min=0),
    default=RETRY_SECONDS,
    show_default=True,
    help="How long one request is tried again.",
)
@click.option("--json", "wants_json", is_flag=True, help="The report as JSON on standard output.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Progress on standard error: lines for people, or JSON events.",
)
@warehouse_options
def sync(**options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Send what Mailchimp is owed, and write every answer back into the warehouse."""
    place = place_of(options)
    wants_json, log_format = options.pop("wants_json"), options.pop("log_format")
    confirm = _confirm(is_agreed=options.pop("yes"))
    patience = Patience(retry_seconds=options.pop("retry_seconds"))
    settings = Settings(**options)
    report = RunReport(run_id=str(uuid.uuid4()), version=version("dbt-mailchimp"))
    with listener(log_format) as tell:
        asyncio.run(_sync(place, settings, patience, report, confirm, tell))
    _write_results(place.find().folder / "target", report)
    click.echo(as_json(report) if wants_json else as_text(report))
    sys.exit(report.exit_code)


async def _sync(
    place: Place,
    settings: Settings,
    patience: Patience,
    report: RunReport,
    confirm: Callable[[dict[str, int]], None],
    tell: Tell,
) -> None:
    stopping = asyncio.Event()
    this = asyncio.current_task()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if stopping.is_set() and this is not None:
            this.cancel()
        stopping.set()
        click.echo("Stopping when the answers on the way are recorded ...", err=True)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    with place.open() as warehouse:
        run = Run(
            warehouse=warehouse,
            settings=settings,
            environment=os.environ,
            report=report,
            stopping=stopping,
            tell=tell,
            confirm=confirm,
            patience=patience,
        )
        try:
            await run.sync()
        except asyncio.CancelledError:
            raise Interrupted("Stopped at once. Run again: what was answered is kept.") from None


def _confirm(*, is_agreed: bool) -> Callable[[dict[str, int]], None]:
    """Ask a person, where there is one, before everything is sent again."""

    def confirm(people: dict[str, int]) -> None:
        said = ", ".join(f"{count:,} people of {name}" for name, count in people.items())
        notice = (
            f"A historical refresh sends again {said}, and deletes and makes anew the segments that"
            " are ours: campaigns and automations that use them will notice."
        )
        if is_agreed:
            return
        if not sys.stdin.isatty():
            raise ConfigurationError(f"{notice} If that is meant, run again with --yes.")
        if not click.confirm(f"{notice} Go on?", err=True):
            raise Interrupted("Nothing was sent.")

    return confirm


def _write_results(folder: Path, report: RunReport) -> None:
    try:
        folder.mkdir(exist_ok=True)
        (folder / "loader_run_results.json").write_bytes(as_json(report))
    except OSError as error:
        click.echo(f"loader_run_results.json was not written: {error.strerror}.", err=True)
