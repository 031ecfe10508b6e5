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

from loader.model.wording import counted
from loader.terminal.log import Log
from loader.terminal.output import say
from loader.text.events import OnProgress, ProgressEvent
from loader.text.foreign_text import one_line

BEGUN = {"planned": "to send", "reading": "to read"}


@contextmanager
def progress_reporter(log: Log, *, is_quiet: bool = False) -> Iterator[OnProgress]:
    """Something that hears about a run, for the time of the run; a quiet one says no progress.

    Args:
        log: of the command.
        is_quiet: whether nothing is said of progress.

    Yields:
        What hears each event.
    """
    if log.is_json:
        yield log.event
    elif is_quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        progress = _progress()
        try:
            yield _Bars(progress)
        finally:
            progress.stop()
    else:
        yield _line


class _Bars:
    """A bar a subject, with rows a second and an estimate; more to come makes it longer.

    The first row shows them: before it a question may be asked.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}
        self._totals: Counter[str] = Counter()

    def __call__(self, event: ProgressEvent) -> None:
        if event.kind in BEGUN:
            if event.subject not in self._tasks:
                self._progress.start()
                self._tasks[event.subject] = self._progress.add_task(
                    one_line(event.subject), total=0
                )
            self._totals[event.subject] += event.rows
            self._progress.update(self._tasks[event.subject], total=self._totals[event.subject])
        elif event.kind in ("answered", "read"):
            self._progress.advance(self._tasks[event.subject], event.rows)


class _Rate(ProgressColumn):
    """Rows a second, since the first was to be sent."""

    def render(self, task: Task) -> Text:
        elapsed = task.finished_time if task.finished else task.elapsed
        return Text(f"{task.completed / elapsed:,.0f}/s" if elapsed else "")


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _line(event: ProgressEvent) -> None:
    if event.kind in BEGUN and (event.rows or event.kind == "planned"):
        rows = counted(event.rows, "row") if event.kind == "planned" else f"{event.rows:,}"
        say(f"{event.subject}: {rows} {BEGUN[event.kind]}", err=True)
