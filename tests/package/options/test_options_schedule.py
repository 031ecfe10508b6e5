"""The options schedule and timezone: what `loader sync --due` sends.

One file of models/schedule a test.
"""

import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest

from tests.package.options.options_project import Group, contacts, people, shown

PEOPLE = "select email_address, fname, marketing_consent from people"
TUESDAY = datetime(2030, 1, 1, 12)  # noqa: DTZ001 - UTC without a zone, as in the warehouse


Names = dict[str, Any]  # the first names on a list, by the name in the address


class Story(NamedTuple):
    """What was sent when, and what was said of it, in the order in which it happened."""

    group: Group
    runs: list[dict[str, Any]]
    audiences: list[dict[str, Any]]
    before: Names  # on the list of the audience without a schedule, while `--due` was asked
    without_due: Names
    by_hand: tuple[Names, Names]  # on that list and on the other, after that audience alone


@pytest.fixture(scope="module")
def story(empty: Group) -> Story:
    """Ada joins; her name changes, and the schedule has not come due; a week passes, and it has.

    That of Berlin comes due in the half hour after her name changed.
    """
    empty.copy("schedule")
    shop = empty.shop
    shop.audience("unscheduled", PEOPLE)
    shop.put_clock(TUESDAY)
    people(shop, "'ada', 'Ada'")
    empty.day("--due")
    people(shop, "'ada', 'Augusta'")
    empty.day("--due")
    shop.put_clock(TUESDAY + timedelta(minutes=30))
    empty.day("--due")
    shop.put_clock(TUESDAY + timedelta(days=7))
    empty.day("--due")
    runs, audiences, before = printed(empty, "runs"), printed(empty, "ls"), names(empty)
    shop.sync()
    without_due = names(empty)
    people(shop, "'ada', 'Ada King'")
    empty.dbt("run")
    shop.sync("--select", "unscheduled")
    by_hand = (names(empty), names(empty, "LIST_DUE"))
    return Story(empty, runs, audiences, before, without_due, by_hand)


@pytest.fixture(scope="module")
def group(story: Story) -> Group:
    return story.group


def names(group: Group, variable: str | None = None) -> Names:
    """Who is called what on a list now."""
    list_id = group.lists[variable] if variable else group.shop.list_id
    return shown(contacts(group.shop.sandbox, list_id), "FNAME")


def test_due_sends_at_first_and_then_only_when_the_schedule_came_due(group: Group) -> None:
    found = [shown(day, "FNAME")["ada"] for day in group.days("schedule/due")]
    assert found == ["Ada", "Ada", "Ada", "Augusta"]


def test_a_schedule_comes_due_by_the_clock_of_its_time_zone(group: Group) -> None:
    found = [shown(day, "FNAME")["ada"] for day in group.days("schedule/timezone")]
    assert found == ["Ada", "Ada", "Augusta", "Augusta"]


def test_ls_and_runs_say_what_was_sent_when(story: Story) -> None:
    runs = [one for one in story.runs if one["audience"] == "due"]
    assert [(one["accepted"], one["exit_code"]) for one in runs] == [(1, 0), (1, 0)]
    due, zoned, unscheduled = story.audiences
    assert (due["schedule"], due["status"], due["contacts"]) == ("0 4 * * 1", "ready", 1)
    assert (due["last_run"], unscheduled["last_run"]) == (runs[0]["finished_at"], None)
    zones = [one["timezone"] for one in (due, zoned, unscheduled)]
    assert zones == ["UTC", "Europe/Berlin", None]


def test_an_audience_without_a_schedule_is_sent_only_when_due_is_not_asked(story: Story) -> None:
    assert (story.before, story.without_due) == ({}, {"ada": "Augusta"})


def test_an_audience_is_sent_by_hand_and_no_other(story: Story) -> None:
    assert story.by_hand == ({"ada": "Ada King"}, {"ada": "Augusta"})


def test_a_schedule_or_zone_that_is_none_stops_its_audience_before_the_first_request(
    group: Group,
) -> None:
    group.shop.audience("never", PEOPLE, schedule="61 * * * *")
    group.shop.audience("nowhere", PEOPLE, schedule="0 * * * *", timezone="Mars/Olympus")
    group.dbt("run")
    group.shop.forget_requests()
    for options in ([], ["--due"]):
        ended = group.shop.loader("sync", "--select", "n*", *options)
        assert ended.exit_code == 2
        assert "never: not sent: its schedule '61 * * * *' is not a cron" in ended.output
        assert "nowhere: not sent: there is no time zone 'Mars/Olympus'" in ended.output
    assert group.shop.sandbox.requests()["total"] == 0
    # and no other
    assert {one["audience"] for one in group.shop.sync(exit_code=2)["audiences"]} == {
        "due",
        "timezone",
        "unscheduled",
    }
    group.shop.remove("never")
    group.shop.remove("nowhere")
    group.dbt("run")
    assert group.shop.loader("sync", "--due").exit_code == 0


def test_what_dbt_could_not_build_is_a_fault_at_its_turn_and_not_at_every_call_of_cron(
    group: Group,
) -> None:
    shop = group.shop
    shop.sync("--select", "due")
    shop.sql("update loader_audiences set status = 'error' where audience = 'due'")
    assert shop.loader("sync", "--select", "due", "--due") == (0, "", "")
    assert shop.loader("sync", "--select", "due").exit_code == 3
    ahead, shop.ahead = shop.ahead, shop.ahead + timedelta(days=7)
    ended = shop.loader("sync", "--select", "due", "--due")
    assert ended.exit_code == 3
    assert "due: not sent: its last build in dbt ended as 'error'" in ended.output
    shop.ahead = ahead
    shop.sql("update loader_audiences set status = 'success' where audience = 'due'")


def printed(group: Group, command: str) -> list[dict[str, Any]]:
    """What a command that shows something prints as JSON."""
    found: list[dict[str, Any]] = json.loads(group.shop.loader(command, "--json").output)
    return found
