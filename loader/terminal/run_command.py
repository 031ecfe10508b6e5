"""A command from its options to its exit code: the context, signals, progress and the report."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from loader import __version__
from loader.files import write_private
from loader.model.errors import Interrupted, LoaderError
from loader.model.settings import RetryPolicy, Settings
from loader.notices.findings import Run
from loader.notices.kept_file import KeptFile
from loader.notices.notifier import Notifier
from loader.notices.transitions import Finding
from loader.session.context import RunContext
from loader.terminal.log import current_log
from loader.terminal.options import (
    Command,
    WarehouseOptions,
    clock,
    connections_option,
    log_format_option,
    pop_warehouse_options,
    quiet_option,
    retry_option,
    warehouse_options,
)
from loader.terminal.output import say_text
from loader.terminal.progress import progress_reporter
from loader.text.report import RunReport, as_json
from loader.text.report_text import as_text

Work = Callable[[RunContext, RunReport], Coroutine[Any, Any, None]]
Found = TypeVar("Found")


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


@contextmanager
def open_context(
    where: WarehouseOptions,
    settings: Settings,
    *,
    retry_seconds: float,
    is_quiet: bool = True,
) -> Iterator[RunContext]:
    """What a command runs with; the warehouse is let go of at the end.

    Args:
        where: where the warehouse is.
        settings: what was asked for; the target is filled in.
        retry_seconds: for one request with all its tries.
        is_quiet: whether nothing is said of progress.

    Yields:
        The context; the warehouse is open.
    """
    reporter = progress_reporter(current_log(), is_quiet=is_quiet)
    with reporter as on_progress, where.open() as warehouse:
        yield RunContext(
            warehouse=warehouse,
            settings=settings,
            environment=os.environ,
            on_progress=on_progress,
            retry_policy=RetryPolicy(retry_seconds=retry_seconds),
            now=clock(),
        )


def run_and_report(
    options: dict[str, Any], work: Work, *, command: str, argument: str = ""
) -> NoReturn:
    """Do a run, tell what changed, print its report, and end with its exit code.

    Args:
        options: those of `run_options`, and fields of `Settings`.
        work: what is done, and reported.
        command: its name.
        argument: what was named without an option.
    """
    where = pop_warehouse_options(options)
    wants_json = options.pop("wants_json")
    is_quiet, is_due = options.pop("is_quiet"), bool(options.get("due"))
    retry_seconds = options.pop("retry_seconds")
    settings = Settings(**options, target=where.find().name)
    report = RunReport(run_id=current_log().run_id, version=__version__)
    run_and_tell(
        open_context(where, settings, retry_seconds=retry_seconds, is_quiet=is_quiet),
        notifier(where, settings, command=command, argument=argument),
        lambda context: work(context, report),
        lambda run, _: run.of_report(report),
    )
    # before the report is printed: a closed pipe must not cost the file
    _write_results(where.find().folder / "target", report)
    if wants_json:
        say_text(as_json(report).decode())
    elif report.exit_code or not (is_quiet or (is_due and not report.audiences)):
        say_text(as_text(report))
    sys.exit(report.exit_code)


def notifier(
    where: WarehouseOptions, settings: Settings, *, command: str, argument: str = ""
) -> Notifier:
    """What tells people what changed in a run.

    Args:
        where: where the warehouse is.
        settings: what was asked for.
        command: its name.
        argument: what was named without an option.

    Returns:
        The notifier; it tells nobody where the environment names nobody.
    """
    return Notifier(
        command=command,
        argument=argument,
        settings=settings,
        environment=os.environ,
        kept=KeptFile(folder=where.find().folder / "target"),
        now=clock(),
        say=current_log().say,
    )


def run_and_tell(
    opened: AbstractContextManager[RunContext],
    notifier: Notifier,
    work: Callable[[RunContext], Awaitable[Found]],
    find: Callable[[Run, Found], Iterable[Finding]],
) -> Found:
    """Do a run that signals end, and tell what changed while the warehouse is open.

    Args:
        opened: the context of the run, which is not entered yet.
        notifier: tells it.
        work: what is done.
        find: what its result says of each audience.

    Returns:
        The result.
    """
    with ExitStack() as stack:
        try:
            context = stack.enter_context(opened)
        except LoaderError as error:
            asyncio.run(notifier.tell_failure(None, error))
            raise
        running = notifier.watch(context, lambda: work(context), find)
        with stoppable(running, context.stopping) as loop:
            return loop.run_until_complete(running)


@contextmanager
def stoppable(
    work: Coroutine[Any, Any, object], stopping: asyncio.Event
) -> Iterator[asyncio.AbstractEventLoop]:
    """A loop to run some work in, which signals end.

    The first signal asks for an orderly end, the second one ends the work at once.

    Args:
        work: what is run in the loop.
        stopping: set by the first signal.

    Yields:
        The loop.

    Raises:
        Interrupted: it was ended at once.
    """
    with asyncio.Runner() as runner:
        loop = runner.get_loop()

        def stop() -> None:
            if stopping.is_set():
                for task in asyncio.all_tasks(loop):
                    if task.get_coro() is work:
                        task.cancel()
            stopping.set()
            current_log().say("Stopping after the answers in flight are recorded ...")

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
        try:
            yield loop
        except asyncio.CancelledError:
            raise Interrupted(
                "Stopped at once. Answers received so far are recorded. Run again to continue."
            ) from None


def _write_results(folder: Path, report: RunReport) -> None:
    try:
        folder.mkdir(exist_ok=True)
        write_private(folder / "loader_run_results.json", as_json(report))
    except OSError as error:
        current_log().say(f"loader_run_results.json was not written: {error.strerror}.")
