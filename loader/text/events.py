"""What a run tells while it is under way."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressEvent:
    """Something that a person who waits would like to know.

    Attributes:
        kind: planned, answered or finished, of the rows of an audience that is sent; reading or
            read, of what is pulled.
        subject: the audience, or the list and what is read of it.
        rows: how many; of `finished` the exit code.
    """

    kind: str
    subject: str
    rows: int


OnProgress = Callable[[ProgressEvent], None]
