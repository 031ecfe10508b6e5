"""The option schedule: what `loader sync --due` sends. One file of models/schedule a test."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.package.options.catalogue import Group, contacts, people, shown

PEOPLE = "select email_address, fname, marketing_consent from people"
TUESDAY = datetime(2030, 1, 1, 12)  # noqa: DTZ001 - UTC without a zone, as in the warehouse


@pytest.fixture(scope="module")
def group(empty: Group) -> Group:
    """Ada joins; her name changes, and the schedule has not come due; a week passes, and it has."""
    empty.copy("schedule")
    empty.shop.audience("unscheduled", PEOPLE)
    empty.shop.put_clock(TUESDAY)
    people(empty.shop, "'ada', 'Ada'")
    empty.day("--due")
    people(empty.shop, "'ada', 'Augusta'")
    empty.day("--due")
    empty.shop.put_clock(TUESDAY + timedelta(days=7))
    empty.day("--due")
    return empty


def test_due_sends_at_first_and_then_only_when_the_schedule_came_due(group: Group) -> None:
    first, second, third = group.days("schedule/due")
    assert shown(first, "FNAME") == {"ada": "Ada"}
    assert shown(second, "FNAME") == {"ada": "Ada"}
    assert shown(third, "FNAME") == {"ada": "Augusta"}


def test_ls_and_runs_say_what_was_sent_when(group: Group) -> None:
    runs = printed(group, "runs")
    assert [(one["audience"], one["accepted"], one["exit_code"]) for one in runs] == [
        ("due", 1, 0),
        ("due", 1, 0),
    ]
    due, unscheduled = printed(group, "ls")
    assert (due["schedule"], due["status"], due["contacts"]) == ("0 4 * * 1", "ready", 1)
    assert (due["last_run"], unscheduled["last_run"]) == (runs[0]["finished_at"], None)


def test_an_audience_without_a_schedule_is_sent_only_when_due_is_not_asked(group: Group) -> None:
    assert group.shop.members() == {}
    group.shop.sync()
    assert shown(contacts(group.shop.sandbox, group.shop.list_id), "FNAME") == {"ada": "Augusta"}


def test_an_audience_is_sent_by_hand_and_no_other(group: Group) -> None:
    people(group.shop, "'ada', 'Ada King'")
    group.dbt("run")
    group.shop.sync("--select", "unscheduled")
    lists = (group.shop.list_id, group.lists["LIST_DUE"])
    found = [shown(contacts(group.shop.sandbox, one), "FNAME") for one in lists]
    assert found == [{"ada": "Ada King"}, {"ada": "Augusta"}]


def test_a_schedule_that_is_no_cron_expression_stops_before_the_first_request(
    group: Group,
) -> None:
    group.shop.audience("never", PEOPLE, schedule="61 * * * *")
    group.dbt("run")
    group.shop.forget_requests()
    for options in ([], ["--due"]):
        ended = group.shop.loader("sync", *options)
        assert ended.exit_code == 2
        assert "never: its schedule '61 * * * *' is no cron expression" in ended.output
    assert group.shop.sandbox.requests()["total"] == 0
    group.shop.remove("never")
    group.dbt("run")
    assert group.shop.loader("sync", "--due").exit_code == 0


def printed(group: Group, command: str) -> list[dict[str, Any]]:
    """What a command that shows something prints as JSON."""
    found: list[dict[str, Any]] = json.loads(group.shop.loader(command, "--json").output)
    return found
