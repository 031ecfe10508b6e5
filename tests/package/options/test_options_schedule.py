"""The option schedule: what `loader sync --due` sends. One file of models/schedule a test."""

import pytest

from tests.package.options.catalogue import Group, contacts, people, shown

PEOPLE = "select email_address, fname, marketing_consent from people"
A_WEEK_PASSES = """
    update loader_runs
    set started_at = started_at - interval 7 days, finished_at = finished_at - interval 7 days
"""


@pytest.fixture(scope="module")
def group(empty: Group) -> Group:
    """Ada joins; her name changes, and the schedule has not come due; a week passes, and it has."""
    empty.copy("schedule")
    empty.shop.audience("unscheduled", PEOPLE)
    people(empty.shop, "'ada', 'Ada'")
    empty.day("--due")
    people(empty.shop, "'ada', 'Augusta'")
    empty.day("--due")
    empty.shop.sql(A_WEEK_PASSES)
    empty.day("--due")
    return empty


def test_due_sends_at_first_and_then_only_when_the_schedule_came_due(group: Group) -> None:
    first, second, third = group.days("schedule/due")
    assert shown(first, "FNAME") == {"ada": "Ada"}
    assert shown(second, "FNAME") == {"ada": "Ada"}
    assert shown(third, "FNAME") == {"ada": "Augusta"}


def test_an_audience_without_a_schedule_is_sent_only_when_due_is_not_asked(group: Group) -> None:
    assert group.shop.members() == {}
    group.shop.sync()
    assert shown(contacts(group.shop.sandbox, group.shop.list_id), "FNAME") == {"ada": "Augusta"}


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
