"""Say how far a run is: a bar on a terminal, lines or JSON events elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
import orjson
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from loader.pipeline.delivery import Event, Tell


@contextmanager
def listener(log_format: str) -> Iterator[Tell]:
    """Something that hears about a run, for the time of the run."""
    if log_format == "json":
        yield _json_line
    elif sys.stderr.isatty():
        with _progress() as progress:
            yield _Bars(progress)
    else:
        yield _line


class _Bars:
    """A bar an audience, with rows a second and an estimate."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, event: Event) -> None:
        if event.kind == "planned":
            self._tasks[event.audience] = self._progress.add_task(event.audience, total=event.rows)
        elif event.kind == "answered":
            self._progress.advance(self._tasks[event.audience], event.rows)


class _Rate(ProgressColumn):
    """Rows a second, lately."""

    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:,.0f}/s")


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _line(event: Event) -> None:
    if event.kind == "planned":
        click.echo(f"{event.audience}: {event.rows:,} rows to send", err=True)


def _json_line(event: Event) -> None:
    click.echo(
        orjson.dumps({"event": event.kind, "audience": event.audience, "rows": event.rows}),
        err=True,
    )
