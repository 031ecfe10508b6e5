"""What is wrong with an audience or a run, until a person knows that it is over."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from loader.model.audience import Audience


class TroubleKind(StrEnum):
    """What can be wrong."""

    FAILURE = "failure"  # the command stopped, or did not begin
    GUARD = "guard"  # a guard stopped the audience
    PAUSE = "pause"  # the audience is paused
    REJECTIONS = "rejections"  # Mailchimp refused a large share of what was sent
    DRIFT = "drift"  # the list is not as it was confirmed


class TroubleStatus(StrEnum):
    """What a person knows of it."""

    WAITING = "waiting"  # nobody is told yet: it may pass
    PENDING = "pending"  # a notice says so next
    TOLD = "told"  # a notice said so
    OVER = "over"  # a notice said so, and the next one says that it is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a trouble is about; there is at most one trouble of a subject.

    Attributes:
        command: sync, retire or verify; of a whole run with its selection, as `sync --due`.
        audience: the name of the model; empty when the whole run failed.
        list_id: the list; empty when the whole run failed.
        kind: what is wrong.
    """

    command: str
    audience: str
    list_id: str
    kind: TroubleKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that is wrong.

    Attributes:
        status: what a person knows of it.
        message: what a notice says of it, without addresses and keys.
        affected: how many rows or contacts it concerned when it was told; 0 where none are counted.
        times: how many runs found it, one after the other.
        since: when the first of them found it, in UTC without a zone.
        told_at: when a notice said so, in UTC without a zone.
    """

    subject: Subject
    status: TroubleStatus
    message: str
    affected: int
    times: int
    since: datetime
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotBegun:
    """An audience and list that should have been sent, and that a run did not begin.

    Attributes:
        of: the audience, as dbt registered it for one list.
        exit_code: of what stops it.
        message: why, and what to do.
        is_temporary: whether it may pass although nobody does anything.
        leads_to_pause: whether it lasts until a person does something about the audience.
    """

    of: Audience
    exit_code: int
    message: str
    is_temporary: bool
    leads_to_pause: bool = False

    @property
    def audience(self) -> str:
        """The name of the model."""
        return self.of.name

    @property
    def list_id(self) -> str:
        """The list."""
        return self.of.list_id
