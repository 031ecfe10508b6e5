"""What a run found, compared with what was known before: what a person has to be told. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from loader.model.trouble import Subject, Trouble, TroubleStatus

RUNS_IN_A_ROW = 2  # that a trouble which may pass is found by, until a person is told
WORSE = 2  # so many times as many contacts as were told are told again


class State(StrEnum):
    """What a run found of a subject. A run that does not come to a subject finds nothing of it."""

    THERE = "there"  # it is wrong, and time does not mend it
    PASSING = "passing"  # it is wrong, and may pass
    ABSENT = "absent"  # it is in order
    MOOT = "moot"  # nobody has to know how it ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a run found of a subject.

    Attributes:
        message: what is wrong, and what to do.
        affected: how many rows or contacts it concerns; 0 where none are counted.
    """

    subject: Subject
    state: State
    message: str = ""
    affected: int = 0


def after_run(
    known: Iterable[Trouble], findings: Iterable[Finding], *, now: datetime
) -> list[Trouble]:
    """What is wrong after a run.

    Args:
        known: what was wrong before it.
        findings: what it found.
        now: in UTC without a zone.

    Returns:
        The troubles; those that ended without anybody's having heard of them are gone.
    """
    troubles = {one.subject: one for one in known}
    for finding in findings:
        before = troubles.pop(finding.subject, None)
        if finding.state in (State.THERE, State.PASSING):
            troubles[finding.subject] = _found(before, finding, now)
        elif finding.state == State.ABSENT and before is not None and before.told_at is not None:
            troubles[finding.subject] = replace(before, status=TroubleStatus.OVER)
    return list(troubles.values())


def unsaid(troubles: Iterable[Trouble]) -> list[Trouble]:
    """The troubles that the next notice has to say something about.

    Args:
        troubles: after a run.

    Returns:
        Those that nobody was told of, and those whose end nobody was told of.
    """
    return [one for one in troubles if one.status in (TroubleStatus.PENDING, TroubleStatus.OVER)]


def after_notice(troubles: Iterable[Trouble], *, now: datetime) -> list[Trouble]:
    """What is wrong when a notice has said what was unsaid.

    Args:
        troubles: after a run.
        now: in UTC without a zone.

    Returns:
        The troubles; those that are over are gone.
    """
    left = [one for one in troubles if one.status != TroubleStatus.OVER]
    return [
        replace(one, status=TroubleStatus.TOLD, told_at=now)
        if one.status == TroubleStatus.PENDING
        else one
        for one in left
    ]


def _found(before: Trouble | None, finding: Finding, now: datetime) -> Trouble:
    """A trouble that a run found, for the first time or again."""
    times = 1 if before is None else before.times + 1
    trouble = Trouble(
        subject=finding.subject,
        status=_status(before, finding, times),
        message=finding.message,
        affected=finding.affected,
        times=times,
        since=now if before is None else before.since,
        told_at=None if before is None else before.told_at,
    )
    # counted from what was told: a number that grows a little each day is told some day, too
    if before is not None and trouble.status == TroubleStatus.TOLD:
        return replace(trouble, affected=before.affected)
    return trouble


def _status(before: Trouble | None, finding: Finding, times: int) -> TroubleStatus:
    """What a person knows of a trouble that a run found."""
    if before is not None and before.told_at is not None:
        is_told_again = before.status == TroubleStatus.PENDING or (
            before.affected and finding.affected >= WORSE * before.affected
        )
        return TroubleStatus.PENDING if is_told_again else TroubleStatus.TOLD
    may_wait = finding.state == State.PASSING and times < RUNS_IN_A_ROW
    was_pending = before is not None and before.status == TroubleStatus.PENDING
    return TroubleStatus.WAITING if may_wait and not was_pending else TroubleStatus.PENDING
