"""`loader sync` for a program: the options as arguments, the report as an object."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypedDict, Unpack

from loader import __version__
from loader.commands.sync.run import SyncRun
from loader.model.errors import ConfigurationError, LoaderError
from loader.model.mailchimp_facts import MAX_CONNECTIONS
from loader.model.settings import RETRY_SECONDS, RetryPolicy, Settings
from loader.notices.kept_file import KeptFile
from loader.notices.notifier import Notifier
from loader.session.context import RunContext
from loader.session.dbt_target import Target, find_target
from loader.text.events import OnProgress, ProgressEvent
from loader.text.report import RunReport
from loader.warehouse.base import Warehouse, open_warehouse

__all__ = ["LoaderError", "RunReport", "SyncOptions", "sync", "sync_async"]

LOCK_SECONDS = 30.0


class SyncOptions(TypedDict, total=False):
    """What a sync can be told, as the options of `loader sync`; everything has a default.

    Attributes:
        select: audiences, as dbt selects models: a name, glob, `tag:NAME` or `path:FOLDER`, or
            several; all without it.
        exclude: the same, to leave out.
        due: only audiences that are due by their schedule.
        historical_refresh: send everything again, and recreate the segments that the loader
            created. Nobody is asked.
        retry_rejected: retry rejected rows now.
        allow_first_sync: the first sync onto a list that has contacts from elsewhere is intended.
        allow_leaves: more contacts may leave, withdraw or lose something than max_leave allows.
        connections: requests at a time, 1 to 10.
        retry_seconds: for one request with all its tries.
        lock_timeout: seconds to wait for a warehouse that somebody else holds.
        project_dir: folder of dbt_project.yml; the current one or one above it without.
        profiles_dir: folder of profiles.yml; where dbt looks for it without.
        profile: of dbt; the project's without.
        target: of the profile; its default without.
        environment: credentials, `DBT_*` and what profiles.yml reads; that of the process without.
        on_progress: hears about rows as they are planned and answered, how each audience ended, and
            who holds the warehouse.
    """

    select: str | Iterable[str]
    exclude: str | Iterable[str]
    due: bool
    historical_refresh: bool
    retry_rejected: bool
    allow_first_sync: bool
    allow_leaves: bool
    connections: int
    retry_seconds: float
    lock_timeout: float
    project_dir: str | Path | None
    profiles_dir: str | Path | None
    profile: str | None
    target: str | None
    environment: Mapping[str, str] | None
    on_progress: OnProgress


def sync(**options: Unpack[SyncOptions]) -> RunReport:
    """Send what Mailchimp has not confirmed yet, and wait for it.

    Args:
        options: those of `SyncOptions`.

    Returns:
        What became of every audience. `exit_code` is that of `loader sync`: 0 done, 1 done with new
        rejections, 3 stopped, 4 run again, 5 stopped by a guard.

    Raises:
        LoaderError: nothing was sent, for the reason that it gives; its `exit_code` is 2, 3 or 4.
        RuntimeError: the caller is a coroutine, which awaits `sync_async` instead.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(sync_async(**options))
    raise RuntimeError("An event loop is running here, as in a notebook: await loader.sync_async.")


async def sync_async(**options: Unpack[SyncOptions]) -> RunReport:
    """Send what Mailchimp has not confirmed yet, in the caller's event loop.

    Several syncs may go side by side, each with a warehouse of its own. Those of one Mailchimp
    user share its ten connections: give each a part of them with `connections`. A task that is
    cancelled stops at once, and nothing confirmed is lost beyond the batches in flight.

    Args:
        options: those of `SyncOptions`.

    Returns:
        What became of every audience.

    Raises:
        LoaderError: nothing was sent, for the reason that it gives.
        TypeError: there is no such option.
    """
    if unknown := options.keys() - SyncOptions.__annotations__:
        raise TypeError(f"loader.sync has no option {', '.join(sorted(unknown))}.")
    given = options.get("environment")
    environment = os.environ if given is None else given
    target = _target(options, environment)
    report = RunReport(run_id=str(uuid.uuid4()), version=__version__)
    on_progress: OnProgress = options.get("on_progress", lambda _: None)
    wait = options.get("lock_timeout", LOCK_SECONDS)
    notifier = Notifier(
        command="sync",
        settings=_settings(options, target),
        environment=environment,
        kept=KeptFile(folder=target.folder / "target"),
        say=lambda text: on_progress(ProgressEvent(kind="message", message=text)),
    )
    async with notifier.opening(_opened(target, wait, on_progress)) as warehouse:
        context = RunContext(
            warehouse=warehouse,
            settings=notifier.settings,
            environment=environment,
            on_progress=on_progress,
            retry_policy=RetryPolicy(retry_seconds=options.get("retry_seconds", RETRY_SECONDS)),
        )
        run = SyncRun(context=context, report=report, confirm=lambda _: None)
        await notifier.watch(context, run.run, lambda found, _: found.of_report(report))
    return report


def _target(options: SyncOptions, environment: Mapping[str, str]) -> Target:
    """The target that dbt would use with the same options and variables."""
    return find_target(
        project_dir=_path(options.get("project_dir") or environment.get("DBT_PROJECT_DIR")),
        profiles_dir=_path(options.get("profiles_dir") or environment.get("DBT_PROFILES_DIR")),
        profile=options.get("profile") or environment.get("DBT_PROFILE"),
        target=options.get("target") or environment.get("DBT_TARGET"),
        environment=environment,
    )


def _settings(options: SyncOptions, target: Target) -> Settings:
    """What the run is asked to do.

    Raises:
        ConfigurationError: a number is none that can be.
    """
    settings = Settings(
        select=_words(options.get("select", ())),
        exclude=_words(options.get("exclude", ())),
        due=options.get("due", False),
        historical_refresh=options.get("historical_refresh", False),
        retry_rejected=options.get("retry_rejected", False),
        allow_first_sync=options.get("allow_first_sync", False),
        allow_leaves=options.get("allow_leaves", False),
        connections=options.get("connections", MAX_CONNECTIONS),
        target=target.name,
    )
    if settings.connections not in range(1, MAX_CONNECTIONS + 1):
        raise ConfigurationError(
            f"connections is {settings.connections}. It is 1 to {MAX_CONNECTIONS}."
        )
    return settings


@asynccontextmanager
async def _opened(target: Target, wait: float, on_progress: OnProgress) -> AsyncIterator[Warehouse]:
    """The warehouse of a target; waiting for it leaves the event loop free."""
    loop = asyncio.get_running_loop()

    def tell(text: str) -> None:
        loop.call_soon_threadsafe(on_progress, ProgressEvent(kind="message", message=text))

    opening = asyncio.ensure_future(
        asyncio.to_thread(
            open_warehouse,
            target.type,
            target.settings,
            target.folder,
            wait=wait,
            tell=tell,
        )
    )
    try:
        warehouse = await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close)  # the thread goes on, and nobody else lets go of the file
        raise
    try:
        yield warehouse
    finally:
        warehouse.close()


def _close(opening: asyncio.Future[Warehouse]) -> None:
    if opening.exception() is None:
        opening.result().close()


def _path(given: str | Path | None) -> Path | None:
    return Path(given) if given else None


def _words(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
