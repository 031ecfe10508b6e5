"""Say how far a run is: a bar on a terminal, lines or JSON events elsewhere."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

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

from loader.cli.exits import say, say_json
from loader.foreign import one_line
from loader.model import Event, Tell

BEGUN = {"planned": "rows to send", "reading": "to read"}


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
    """A bar a subject, with rows a second and an estimate; more to come makes it longer."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}
        self._totals: Counter[str] = Counter()

    def __call__(self, event: Event) -> None:
        if event.kind in BEGUN:
            if event.subject not in self._tasks:
                self._tasks[event.subject] = self._progress.add_task(
                    one_line(event.subject), total=0
                )
            self._totals[event.subject] += event.rows
            self._progress.update(self._tasks[event.subject], total=self._totals[event.subject])
        elif event.kind in ("answered", "read"):
            self._progress.advance(self._tasks[event.subject], event.rows)


class _Rate(ProgressColumn):
    """Rows a second, lately."""

    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:,.0f}/s")


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _line(event: Event) -> None:
    if event.kind in BEGUN and (event.rows or event.kind == "planned"):
        say(f"{event.subject}: {event.rows:,} {BEGUN[event.kind]}", err=True)


def _json_line(event: Event) -> None:
    told = {"event": event.kind, "subject": event.subject, "rows": event.rows}
    say_json(told, is_event=True)
