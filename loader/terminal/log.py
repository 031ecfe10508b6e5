"""What a command says beside its result: lines for people, or JSON events, on standard error."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import click

from loader.model.settings import utc_now
from loader.terminal.output import say, say_json
from loader.text.events import ProgressEvent, log_line

KEY = "loader.log"  # in the meta of click's context, which a command shares with its group


@dataclass(frozen=True, kw_only=True)
class Log:
    """The log of one command.

    Attributes:
        is_json: whether each line is an event of docs/reference/log_event.schema.json.
        is_quiet: whether an event that says that all is well is left out.
        now: the time of day in UTC, without a zone.
        run_id: stands in each event, in the report and in `loader_runs`.
    """

    is_json: bool = False
    is_quiet: bool = False
    now: Callable[[], datetime] = utc_now
    run_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def event(self, event: ProgressEvent) -> None:
        """Write an event as a line of JSON.

        Args:
            event: that happened.
        """
        if self.is_quiet and event.kind != "message" and not event.exit_code:
            return
        say_json(log_line(event, run_id=self.run_id, now=self.now()), is_event=True)

    def say(self, text: str, *, exit_code: int = 0) -> None:
        """Say something that is no result.

        Args:
            text: a sentence.
            exit_code: with which the command ends because of it.
        """
        if self.is_json:
            kind = "error" if exit_code else "message"
            ended = exit_code or None
            self.event(ProgressEvent(kind=kind, exit_code=ended, message=text))
        else:
            say(f"Error: {text}" if exit_code else text, err=True)

    def ended(self, exit_code: int, text: str | None = None) -> None:
        """Say that the command has ended; people see that without a word.

        Args:
            exit_code: with which it ends.
            text: why it ends before its time.
        """
        if self.is_json:
            self.event(ProgressEvent(kind="ended", exit_code=exit_code, message=text))
        elif text:
            say(text, err=True)


def current_log() -> Log:
    """The log of the command that runs.

    Returns:
        One for people where a command has no `--log-format`, or its options are not read yet.
    """
    context = click.get_current_context(silent=True)
    return _log_of(context) if context else Log()


def choose_format(context: click.Context, _: click.Parameter, log_format: str) -> str:
    """Take `--log-format` as soon as click has read it, so that errors are events too."""
    log = _log_of(context)
    context.meta[KEY] = replace(log, is_json=log_format == "json", now=context.obj or utc_now)
    return log_format


def choose_quiet(context: click.Context, _: click.Parameter, is_quiet: bool) -> bool:  # noqa: FBT001 - click's own signature
    """Take `--quiet` as soon as click has read it."""
    context.meta[KEY] = replace(_log_of(context), is_quiet=is_quiet)
    return is_quiet


def _log_of(context: click.Context) -> Log:
    found: Log | None = context.meta.get(KEY)
    return found or Log()
