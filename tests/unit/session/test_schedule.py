"""When an audience is due."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.model.errors import ConfigurationError
from loader.session.schedule import is_due, latest

NOON = datetime(2026, 6, 30, 12, 0)  # noqa: DTZ001 - UTC, as in the warehouse; a Tuesday
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))  # noqa: DTZ001
MINUTE = timedelta(minutes=1)


def test_an_audience_that_never_had_its_turn_is_due() -> None:
    assert is_due("0 6 * * *", None, NOON, audience="a")


@pytest.mark.parametrize(
    ("schedule", "last", "due"),
    [
        ("0 */2 * * *", NOON - timedelta(minutes=30), True),
        ("0 */2 * * *", NOON, False),
        ("0 */2 * * *", NOON + timedelta(seconds=3), False),
        ("0 6 * * 1", NOON - timedelta(days=2), True),
        ("0 6 * * 1", NOON - timedelta(days=1), False),
        ("30 12 * * *", NOON - timedelta(hours=3), False),
    ],
)
def test_it_is_due_when_the_schedule_came_round_since(
    schedule: str, last: datetime, *, due: bool
) -> None:
    assert is_due(schedule, last, NOON, audience="a") == due


@given(MOMENTS, st.integers(0, 59))
def test_what_is_due_now_is_due_and_nothing_is_due_early(now: datetime, minute: int) -> None:
    moment = latest(f"{minute} * * * *", now, audience="a")
    assert now - timedelta(hours=1) < moment <= now
    assert moment.minute == minute


@given(MOMENTS)
def test_an_audience_that_just_had_its_turn_is_not_due_again_in_the_same_round(
    now: datetime,
) -> None:
    moment = latest("*/10 * * * *", now, audience="a")
    assert not is_due("*/10 * * * *", moment, now, audience="a")
    assert is_due("*/10 * * * *", moment - MINUTE, now, audience="a")


@pytest.mark.parametrize("schedule", ["every hour", "0 25 * * *", "0 0 31 2 *", "* * * *", ""])
def test_what_is_no_cron_expression_is_said_with_the_audience(schedule: str) -> None:
    with pytest.raises(ConfigurationError, match="readers: its schedule"):
        is_due(schedule, None, NOON, audience="readers")
