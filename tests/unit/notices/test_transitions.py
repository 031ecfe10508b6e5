"""A person is told once when something goes wrong, and once when it is over."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from loader.model.trouble import Subject, Trouble, TroubleKind, TroubleStatus
from loader.notices.transitions import Finding, State, after_notice, after_run, unsaid

BEGAN, NOW = datetime(2026, 11, 22, 2), datetime(2026, 11, 23, 2)  # noqa: DTZ001 - UTC
SUBJECT = Subject(command="sync", audience="readers", list_id="f00d", kind=TroubleKind.FAILURE)
THERE, PASSING, ABSENT, MOOT, UNSEEN = State.THERE, State.PASSING, State.ABSENT, State.MOOT, None
WAITING, PENDING, TOLD, OVER = TroubleStatus
WORSE = replace(
    Trouble(subject=SUBJECT, status=PENDING, message="", affected=9, times=9, since=BEGAN),
    told_at=BEGAN,
)
GONE = None


def trouble(status: TroubleStatus) -> Trouble:
    """One that the run before left in this state."""
    told_at = BEGAN if status in (TOLD, OVER) else None
    return Trouble(
        subject=SUBJECT,
        status=status,
        message="as before",
        affected=0,
        times=1,
        since=BEGAN,
        told_at=told_at,
    )


def after(before: Trouble | None, state: State | None, contacts: int = 0) -> Trouble | None:
    """The trouble after a run that found this of it."""
    finding = state and Finding(subject=SUBJECT, state=state, message="now", affected=contacts)
    left = after_run([before] if before else [], [finding] if finding else [], now=NOW)
    return left[0] if left else None


@pytest.mark.parametrize(
    ("before", "found", "expected"),
    [
        (None, THERE, PENDING),
        (None, PASSING, WAITING),
        (None, ABSENT, GONE),
        (None, MOOT, GONE),
        (None, UNSEEN, GONE),
        (WAITING, THERE, PENDING),
        (WAITING, PASSING, PENDING),
        (WAITING, ABSENT, GONE),
        (WAITING, MOOT, GONE),
        (WAITING, UNSEEN, WAITING),
        (PENDING, THERE, PENDING),
        (PENDING, PASSING, PENDING),
        (PENDING, ABSENT, GONE),
        (PENDING, MOOT, GONE),
        (PENDING, UNSEEN, PENDING),
        (TOLD, THERE, TOLD),
        (TOLD, PASSING, TOLD),
        (TOLD, ABSENT, OVER),
        (TOLD, MOOT, GONE),
        (TOLD, UNSEEN, TOLD),
        (OVER, THERE, TOLD),
        (OVER, PASSING, TOLD),
        (OVER, ABSENT, OVER),
        (OVER, MOOT, GONE),
        (OVER, UNSEEN, OVER),
    ],
)
def test_what_a_run_finds_changes_what_a_person_is_told(
    before: TroubleStatus | None, found: State | None, expected: TroubleStatus | None
) -> None:
    left = after(None if before is None else trouble(before), found)
    assert (left and left.status) == expected


@pytest.mark.parametrize(
    ("status", "is_unsaid", "then"),
    [
        (WAITING, False, WAITING),
        (PENDING, True, TOLD),
        (TOLD, False, TOLD),
        (OVER, True, GONE),
    ],
)
def test_a_notice_says_what_is_pending_and_what_is_over(
    status: TroubleStatus, *, is_unsaid: bool, then: TroubleStatus | None
) -> None:
    before = [trouble(status)]
    assert bool(unsaid(before)) == is_unsaid
    assert [one.status for one in after_notice(before, now=NOW)] == ([then] if then else [])


def test_a_trouble_keeps_since_when_it_is_and_takes_what_is_said_of_it_now() -> None:
    left = after(trouble(TOLD), THERE)
    assert left == replace(trouble(TOLD), message="now", times=2)


def test_a_trouble_that_is_found_again_before_its_end_was_told_has_never_ended() -> None:
    left = after(trouble(OVER), THERE)
    assert left is not None
    assert (left.status, left.since, left.told_at) == (TOLD, BEGAN, BEGAN)


@pytest.mark.parametrize(("contacts", "status"), [(19, TOLD), (20, PENDING), (500, PENDING)])
def test_twice_as_many_as_were_told_are_told_again(contacts: int, status: TroubleStatus) -> None:
    left = after(replace(trouble(TOLD), affected=10), THERE, contacts)
    assert left is not None
    assert (left.status, left.affected) == (status, 10 if status == TOLD else contacts)


def test_many_that_grow_a_little_each_day_are_told_again_some_day() -> None:
    left: Trouble | None = replace(trouble(TOLD), affected=100)
    days = []
    for day in range(1, 13):
        left = after(left, THERE, 100 + 10 * day)
        assert left is not None
        days += [day] if left.status == PENDING else []
        (left,) = after_notice([left], now=NOW)
    assert days == [10]


def test_more_than_were_told_that_did_not_arrive_are_said_to_be_over_all_the_same() -> None:
    left = after(WORSE, ABSENT)
    assert left is not None
    assert left.status == OVER


def test_forty_runs_of_one_trouble_are_two_notices() -> None:
    troubles: list[Trouble] = []
    notices = 0
    for run, state in enumerate([THERE] * 39 + [ABSENT]):
        now = BEGAN + timedelta(hours=run)
        troubles = after_run(troubles, [Finding(subject=SUBJECT, state=state)], now=now)
        notices += bool(unsaid(troubles))
        troubles = after_notice(troubles, now=now)
    assert (notices, troubles) == (2, [])
