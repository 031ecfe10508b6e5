"""What a run tells while it is under way, and its line in a log. Pure.

The schema of a line is docs/reference/log_event.schema.json.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressEvent:
    """Something that a person who waits would like to know.

    Attributes:
        kind: one of `KINDS`: planned, answered and finished, of an audience that is sent; reading
            and read, of what is pulled; message, error and ended, of the whole command.
        subject: the audience, or the list and what is read of it.
        rows: how many, of those kinds that count.
        audience: whose rows they are.
        list_id: the list.
        exit_code: how the audience or the command ended.
        message: a sentence: what stopped it, or what is left undone.
    """

    kind: str
    subject: str = ""
    rows: int = 0
    audience: str | None = None
    list_id: str | None = None
    exit_code: int | None = None
    message: str | None = None


OnProgress = Callable[[ProgressEvent], None]
COUNTING = ("planned", "answered", "reading", "read")
KINDS = (*COUNTING, "finished", "message", "error", "ended")


def log_line(event: ProgressEvent, *, run_id: str, now: datetime) -> dict[str, Any]:
    """An event as a line of a JSON log.

    Args:
        event: what happened.
        run_id: of the report, and of `loader_runs`.
        now: in UTC without a zone.

    Returns:
        An object of log_event.schema.json, without what the event has not.
    """
    line = {
        "time": f"{now.isoformat(timespec='milliseconds')}Z",
        "level": level_of(event.exit_code or 0),
        "event": event.kind,
        "run_id": run_id,
        "subject": event.subject or None,
        "audience": event.audience,
        "list_id": event.list_id,
        "rows": event.rows if event.kind in COUNTING else None,
        "exit_code": event.exit_code,
        "message": event.message,
    }
    return {name: value for name, value in line.items() if value is not None}


def level_of(exit_code: int) -> str:
    """How grave an exit code is, in the words of a log.

    Args:
        exit_code: of a run or an audience.

    Returns:
        info for 0, warning for new rejections, error for everything that stops.
    """
    return {0: "info", 1: "warning"}.get(exit_code, "error")
