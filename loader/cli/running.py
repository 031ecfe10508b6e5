"""A run from the command line: its options, signals, progress, report and exit code."""

import asyncio
import os
import signal
import sys
import uuid
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from loader.cli.exits import say, say_text, write_private
from loader.cli.options import (
    Command,
    clock,
    connections_option,
    log_format_option,
    place_of,
    quiet_option,
    retry_option,
    warehouse_options,
)
from loader.cli.progress import listener
from loader.errors import Interrupted
from loader.pipeline.run import Run
from loader.report import RunReport, as_json, as_text
from loader.settings import Patience, Settings

Result = TypeVar("Result")
Begin = Callable[[Run], Awaitable[object]]
Confirm = Callable[[dict[str, int]], None]


def run_options(command: Command) -> Command:
    """The options of every command that writes to Mailchimp."""
    for decorate in (
        warehouse_options,
        quiet_option,
        log_format_option,
        click.option(
            "--json", "wants_json", is_flag=True, help="The report as JSON on standard output."
        ),
        retry_option,
        connections_option,
    ):
        command = decorate(command)
    return command


def perform(options: dict[str, Any], begin: Begin, confirm: Confirm) -> NoReturn:
    """Do a run, print its report, and end with its exit code.

    `options` are those of `run_options`, and fields of `Settings`.
    """
    place = place_of(options)
    wants_json, log_format = options.pop("wants_json"), options.pop("log_format")
    is_quiet, is_due = options.pop("is_quiet"), bool(options.get("due"))
    patience = Patience(retry_seconds=options.pop("retry_seconds"))
    report = RunReport(run_id=str(uuid.uuid4()), version=version("dbt-mailchimp"))
    with listener(log_format, is_quiet=is_quiet) as tell, place.open() as warehouse:
        stopping = asyncio.Event()
        run = Run(
            warehouse=warehouse,
            settings=Settings(**options, target=place.find().name),
            environment=os.environ,
            report=report,
            stopping=stopping,
            tell=tell,
            confirm=confirm,
            patience=patience,
            now=clock(),
        )
        asyncio.run(until_stopped(begin(run), stopping))
    _write_results(place.find().folder / "target", report)
    if wants_json:
        say_text(as_json(report).decode())
    elif report.exit_code or not (is_quiet or (is_due and not report.audiences)):
        say_text(as_text(report))
    sys.exit(report.exit_code)


async def until_stopped(running: Awaitable[Result], stopping: asyncio.Event) -> Result:
    """The first signal asks for an orderly end, the second one ends at once."""
    this = asyncio.current_task()

    def stop() -> None:
        if stopping.is_set() and this is not None:
            this.cancel()
        stopping.set()
        say("Stopping when the answers on the way are recorded ...", err=True)

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        return await running
    except asyncio.CancelledError:
        raise Interrupted("Stopped at once. Run again: what was answered is kept.") from None


def _write_results(folder: Path, report: RunReport) -> None:
    try:
        folder.mkdir(exist_ok=True)
        write_private(folder / "loader_run_results.json", as_json(report))
    except OSError as error:
        say(f"loader_run_results.json was not written: {error.strerror}.", err=True)
