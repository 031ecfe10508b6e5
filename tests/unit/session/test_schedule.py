"""When an audience is due."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.model.errors import ConfigurationError
from loader.session.schedule import is_due, latest

NOON = datetime(2026, 6, 30, 12, 0)  # noqa: DTZ001 - UTC, as in the warehouse; a Tuesday
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))  # noqa: DTZ001
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# the days on which the clocks of a zone are changed: forward, and back
CHANGES = {
    "Europe/Berlin": ("2026-03-29", "2026-10-25"),
    "America/New_York": ("2026-03-08", "2026-11-01"),
    "Australia/Lord_Howe": ("2026-10-04", "2026-04-05"),  # by half an hour
    "America/Havana": ("2026-03-08", "2026-11-01"),  # at midnight
    "America/St_Johns": ("2026-03-08", "2026-11-01"),  # half an hour beside the others
    "Antarctica/Troll": ("2026-03-29", "2026-10-25"),  # by two hours
    "Asia/Kolkata": ("2026-03-29", "2026-10-25"),  # never
}
OF_A_DAY = {"30 2 * * *": time(2, 30), "0 0 * * *": time(0), "15 1 * * *": time(1, 15)}
OF_AN_HOUR = {"*/10 * * * *": range(0, 60, 10), "30 * * * *": (30,)}


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


def turns(schedule: str, zone: str, day: str) -> list[str]:
    """The moments of a schedule on a local day, as its clock shows them and their distance to UTC.

    They are what `--due` finds that is asked every five minutes.
    """
    begins = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    ends = begins + DAY  # of the clock
    now = begins.astimezone(UTC).replace(tzinfo=None)
    last, found = now - MINUTE, list[str]()
    while now < ends.astimezone(UTC).replace(tzinfo=None):
        if is_due(schedule, last, now, audience="a", timezone=zone):
            found.append(f"{now.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)):%H:%M %z}")
            last = now
        now += 5 * MINUTE
    return found


@pytest.mark.parametrize(
    ("zone", "schedule", "forward", "back"),
    [
        ("Europe/Berlin", "30 2 * * *", ["03:00 +0200"], ["02:30 +0200"]),
        ("America/New_York", "30 2 * * *", ["03:00 -0400"], ["02:30 -0500"]),
        ("America/New_York", "30 1 * * *", ["01:30 -0500"], ["01:30 -0400"]),
        ("Australia/Lord_Howe", "15 2 * * *", ["02:30 +1100"], ["02:15 +1030"]),
        ("Australia/Lord_Howe", "45 1 * * *", ["01:45 +1030"], ["01:45 +1100"]),
        ("America/Havana", "0 0 * * *", ["01:00 -0400"], ["00:00 -0400"]),
        ("America/Havana", "30 0 * * *", ["01:00 -0400"], ["00:30 -0400"]),
        ("America/St_Johns", "30 2 * * *", ["03:00 -0230"], ["02:30 -0330"]),
        ("Antarctica/Troll", "30 1 * * *", ["03:00 +0200"], ["01:30 +0200"]),
        ("Asia/Kolkata", "30 2 * * *", ["02:30 +0530"], ["02:30 +0530"]),
        # several moments that are skipped are one turn
        (
            "Europe/Berlin",
            "0,20,40 2 * * *",
            ["03:00 +0200"],
            ["02:00 +0200", "02:20 +0200", "02:40 +0200"],
        ),
    ],
)
def test_a_time_of_day_comes_once_on_the_days_on_which_the_clocks_change(
    zone: str, schedule: str, forward: list[str], back: list[str]
) -> None:
    assert [turns(schedule, zone, day) for day in CHANGES[zone]] == [forward, back]


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("Europe/Berlin", (23, 25)),
        ("Australia/Lord_Howe", (23.5, 24.5)),
        ("Asia/Kolkata", (24, 24)),
    ],
)
def test_what_comes_every_few_minutes_follows_the_clock(
    zone: str, hours: tuple[float, float]
) -> None:
    found = tuple(len(turns("*/10 * * * *", zone, day)) / 6 for day in CHANGES[zone])
    assert found == hours


def moments_of_a_day(of_day: time, zone: ZoneInfo, around: datetime) -> Iterator[datetime]:
    """When a time of day comes, by what a wall clock shows from minute to minute."""
    minutes = [around + MINUTE * number for number in range(-2 * 24 * 60, 24 * 60)]
    shown = [one.replace(tzinfo=UTC).astimezone(zone) for one in minutes]
    for day in {one.date() for one in shown}:
        of_the_day = [
            (wall, moment)
            for wall, moment in zip(shown, minutes, strict=True)
            if wall.date() == day and wall.time() >= of_day
        ]
        if of_the_day:
            # the first minute that is not before it, also where the clock skips it
            yield min(moment for _, moment in of_the_day)


@pytest.mark.parametrize("zone", CHANGES)
@pytest.mark.parametrize("schedule", OF_A_DAY)
def test_the_latest_moment_is_what_a_wall_clock_shows(zone: str, schedule: str) -> None:
    for day in CHANGES[zone]:
        noon = datetime.fromisoformat(f"{day} 12:00")
        expected = sorted(moments_of_a_day(OF_A_DAY[schedule], ZoneInfo(zone), noon))[1:]
        for minutes in range(0, 36 * 60, 17):
            now = noon - DAY + MINUTE * minutes
            before = [one for one in expected if one <= now]
            if before:
                assert latest(schedule, now, audience="a", timezone=zone) == before[-1]


@pytest.mark.parametrize("zone", CHANGES)
@pytest.mark.parametrize("schedule", OF_AN_HOUR)
def test_the_latest_minute_of_an_hour_is_what_a_wall_clock_shows(zone: str, schedule: str) -> None:
    for day in CHANGES[zone]:
        begin = datetime.fromisoformat(f"{day} 00:00") - DAY
        last = None
        for minutes in range(48 * 60):
            now = begin + MINUTE * minutes
            if now.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).minute in OF_AN_HOUR[schedule]:
                last = now
            if last is not None and minutes % 31 == 0:
                assert latest(schedule, now, audience="a", timezone=zone) == last


@pytest.mark.parametrize("nights", [1, 3, 30])
def test_turns_that_were_missed_are_one_turn(nights: int) -> None:
    last = datetime(2026, 3, 20, 3)  # noqa: DTZ001 - UTC, as in the warehouse
    now = last + DAY * nights
    zone = "Europe/Berlin"
    assert is_due("0 3 * * *", last, now, audience="a", timezone=zone)
    assert not is_due("0 3 * * *", now, now + MINUTE * 50, audience="a", timezone=zone)


@pytest.mark.parametrize(
    "name",
    ["Berlin", "Europe", "", ".", "../etc/passwd", "/etc/localtime", "a\0b", "Europe/Berlin "],
)
def test_what_is_no_time_zone_is_said_with_the_audience(name: str) -> None:
    with pytest.raises(ConfigurationError, match="readers: there is no time zone"):
        is_due("0 3 * * *", None, NOON, audience="readers", timezone=name)
