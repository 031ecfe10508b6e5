"""No more is told in a month than a person wants to know, and every turn is one sync."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop
from tests.package.notices.receivers import Webhook
from tests.package.notices.simulated_month import FIRST, LAST, SimulatedMonth

PAGE = Path(__file__).parents[3] / "docs/how-to/notices.md"
MAILBOX = """
Thu 07 Mar 02:30  newsletter stopped
Thu 07 Mar 03:30  newsletter recovered
Thu 14 Mar 02:30  newsletter stopped by a guard; rejections in trials
Fri 15 Mar 09:30  newsletter recovered
Mon 18 Mar 02:30  trials recovered
Wed 20 Mar 10:00  trials stopped
Wed 20 Mar 11:00  trials paused
Wed 20 Mar 16:00  trials recovered
"""
# when the newsletter was sent on days on which it was not once, at 02:30
OTHER_TIMES = {
    "Thu 07 Mar": ["03:30"],  # its list was gone
    "Sun 10 Mar": ["03:00"],  # Mailchimp was away
    "Tue 12 Mar": ["09:00"],  # the machine was off
    "Fri 15 Mar": ["02:30", "09:30"],  # a person allowed what the guard had stopped
    "Tue 26 Mar": [],  # a person had paused it
    "Wed 27 Mar": ["12:30"],  # and resumed it at noon: two turns are one
    "Sun 31 Mar": ["03:00"],  # there was no 02:30
}


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess) -> Iterator[SimulatedMonth]:
    """The month, beside a Mailchimp of its own, whose clock is moved too."""
    with Webhook() as webhook, SandboxProcess() as sandbox:
        month = SimulatedMonth(Shop(tmp_path_factory.mktemp("month"), dbt, sandbox), webhook)
        month.let_it_pass()
        yield month


def test_the_mailbox_of_a_month_has_each_change_once(month: SimulatedMonth) -> None:
    print("\n".join(month.mailbox))  # noqa: T201 - `pytest -s` shows it
    assert month.mailbox == MAILBOX.strip().split("\n")


def test_the_page_shows_the_mailbox_of_that_month() -> None:
    section = PAGE.read_text().partition("## A month of notices")[2]
    shown = re.search(r"```text\n(.*?)```", section, flags=re.DOTALL)
    assert shown is not None
    assert shown[1].strip() == MAILBOX.strip()


def test_the_notice_of_a_pause_says_what_stopped_the_audience_and_what_ends_the_pause(
    month: SimulatedMonth,
) -> None:
    said = dict(zip(month.mailbox, month.bodies, strict=True))["Wed 20 Mar 11:00  trials paused"]
    begins = f"Paused: trials -> {month.lists['trials']}. 3 runs in a row stopped: Mailchimp has no"
    ends = "until you change the configuration or run `loader resume trials`."
    assert said.startswith(begins)
    assert said.split("\n")[0].endswith(ends)
    assert len(said.split("\n")) == 2


def test_every_night_is_one_sync_whatever_the_clocks_do(month: SimulatedMonth) -> None:
    nights = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
    days = [f"{night:%a %d %b}" for night in nights] + ["Sat 26 Oct", "Sun 27 Oct", "Mon 28 Oct"]
    expected = [f"{day} {time}" for day in days for time in OTHER_TIMES.get(day, ["02:30"])]
    assert month.completed("newsletter") == expected


def test_0230_that_comes_twice_is_one_sync_at_the_first(month: SimulatedMonth) -> None:
    rows = month.shop.query(
        "select date_trunc('minute', started_at)::varchar as at from loader_runs"
        " where audience = 'newsletter' and started_at::date = date '2030-10-27'"
    )
    assert [row["at"] for row in rows] == ["2030-10-27 00:30:00"]


@pytest.mark.parametrize(
    ("day", "times"),
    [
        ("Sun 31 Mar", ["01:00", "03:00", "04:00", "05:00"]),
        ("Sun 27 Oct", ["02:00", "02:00", "03:00", "04:00"]),
    ],
)
def test_an_hourly_audience_is_sent_each_hour_that_the_clock_shows(
    month: SimulatedMonth, day: str, times: list[str]
) -> None:
    found = [one for one in month.completed("trials") if one.startswith(day)]
    assert found == [f"{day} {time}" for time in times]
