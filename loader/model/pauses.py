"""What pauses an audience, and what lets it go on. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

import orjson

from loader.model.audience import Audience, Pause
from loader.model.errors import GuardTripped

STOPS_BEFORE_PAUSE = 3
WENT_THROUGH = (0, 1)  # exit codes of a run that came to its end with the audience
# what is no configuration of an audience: how dbt built it, where it stands, and its pause
NO_CONFIGURATION = (
    "path",
    "tags",
    "status",
    "failed_tests",
    "history",
    "delta",
    "package_version",
    "pause",
)


def fingerprint(audience: Audience, registered: Iterable[Audience]) -> str:
    """The configuration of an audience in one word, to see whether it changed.

    Args:
        audience: what dbt registered of it for one list.
        registered: every audience there is: two that name one segment stop each other, and a change
            of one of them is news for the other.

    Returns:
        The md5 of its keys and columns, and of the names of those that share its segment.
    """
    own = {name: value for name, value in asdict(audience).items() if name not in NO_CONFIGURATION}
    sharing = sorted(one.name for one in registered if one.enabled and one.is_in_segment(audience))
    told = orjson.dumps([own, sharing], option=orjson.OPT_SORT_KEYS)
    return hashlib.md5(told, usedforsecurity=False).hexdigest()


def pause_of(
    audience: Audience,
    registered: Iterable[Audience],
    pauses: Mapping[tuple[str, str | None], Pause],
) -> Pause | None:
    """What keeps an audience at rest, or how often in a row it has stopped.

    A pause by the loader ends with the configuration that it was for, one by a person does not.

    Args:
        audience: what dbt registered of it for one list.
        registered: every audience there is.
        pauses: those that nobody has ended, by audience and list.

    Returns:
        The pause; None of an audience that goes on.
    """
    by_person = pauses.get((audience.name, None))
    if by_person is not None:
        return by_person
    found = pauses.get((audience.name, audience.list_id))
    if found is None or found.configuration != fingerprint(audience, registered):
        return None
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run ended for an audience and list.

    Attributes:
        leads_to_pause: whether what stopped it is the same at every run until a person mends it.
    """

    audience: Audience
    exit_code: int
    reason: str = field(repr=False)
    leads_to_pause: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops:
    """What the ends of a run are for the pauses of the audiences of one list.

    Attributes:
        settled: the audiences whose stops in a row are over, or are counted anew.
        stopped: the stops in a row of those that stopped once more.
    """

    settled: tuple[str, ...]
    stopped: tuple[Pause, ...]

    @property
    def paused(self) -> list[Pause]:
        """Those that are paused from now on."""
        return [one for one in self.stopped if one.paused_at is not None]


NO_STOPS = Stops(settled=(), stopped=())


def count_stops(ends: Iterable[Ended], registered: Sequence[Audience], *, now: datetime) -> Stops:
    """Count the runs in a row that stopped for a reason that lasts; the third pauses the audience.

    A run that was interrupted, or that Mailchimp or the warehouse stopped, says nothing about the
    audience: it counts as no run at all.

    Args:
        ends: of one list.
        registered: every audience there is.
        now: in UTC without a zone.

    Returns:
        What is to be written down.
    """
    settled, stopped = [], []
    for one in ends:
        if one.audience.is_paused:
            continue
        if one.leads_to_pause:
            stopped.append(_stopped_again(one, registered, now))
        if one.leads_to_pause or one.exit_code in WENT_THROUGH:
            settled.append(one.audience.name)
    return Stops(settled=tuple(settled), stopped=tuple(stopped))


def _stopped_again(ended: Ended, registered: Iterable[Audience], now: datetime) -> Pause:
    audience = ended.audience
    stops = (audience.pause.stops if audience.pause is not None else 0) + 1
    return Pause(
        audience=audience.name,
        list_id=audience.list_id,
        reason=ended.reason,
        stops=stops,
        stopped_at=now,
        exit_code=ended.exit_code,
        configuration=fingerprint(audience, registered),
        paused_at=now if stops >= STOPS_BEFORE_PAUSE else None,
    )


def check_pause_by_person(audience: Audience) -> None:
    """Of an audience that a person has paused nothing goes at all.

    Args:
        audience: what dbt registered of it for one list.

    Raises:
        GuardTripped: a person has paused it.
    """
    if audience.pause is not None and audience.pause.is_by_person:
        raise GuardTripped(f"{audience.name}: {audience.pause}")


def check_pause_by_loader(audience: Audience) -> None:
    """Of an audience that the loader has paused nothing goes but withdrawals of consent.

    Args:
        audience: what dbt registered of it for one list.

    Raises:
        GuardTripped: the loader has paused it.
    """
    if audience.pause is not None and audience.is_paused and not audience.pause.is_by_person:
        raise GuardTripped(f"{audience.name}: {audience.pause}")
