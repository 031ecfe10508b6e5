"""What Mailchimp knows, in the warehouse: exactly, and with few requests."""

from pulled import (
    AT,
    PEOPLE,
    campaign,
    contacts_here,
    contacts_there,
    events_here,
    events_there,
    person,
    pull,
)
from shop import Shop


def test_contacts_of_every_status_come_with_all_that_they_hold(full: Shop) -> None:
    (found,) = pull(full)
    assert found["contacts"] >= PEOPLE
    assert contacts_here(full) == contacts_there(full)


def test_events_come_as_the_reports_have_them(full: Shop) -> None:
    campaigns = [
        campaign(full, "first", "2026-05-01T09:00:00+00:00", recipients=2_300, opens_per=1.5),
        campaign(
            full,
            "second",
            "2026-06-01T09:00:00+00:00",
            recipients=1_200,
            opens_per=2,
            clicks_per=1,
            bounces=0.05,
            unsubscribes=0.01,
            seed=7,
        ),
    ]
    (found,) = pull(full)
    assert (found["campaigns"], found["campaigns_read"]) == (2, 2)
    assert events_here(full) == events_there(full, *campaigns)
    assert contacts_here(full) == contacts_there(full)


def test_complaints_are_events_and_stay_single_however_often_they_are_pulled(full: Shop) -> None:
    first = campaign(full, "first", "2026-05-01T09:00:00+00:00", recipients=1_200, opens_per=1)
    second = campaign(full, "second", "2026-06-01T09:00:00+00:00", recipients=30, opens_per=1)
    for place, one in ((2, first), (4, first), (4, second)):
        angry = {"email_address": f"person{place}{AT}", "action": "abuse"}
        full.sandbox.control("POST", f"/campaigns/{one}/events", {"events": [angry]})
        pull(full)
        assert events_here(full) == events_there(full, first, second)
    complained = full.query("from mailchimp_events where event = 'complained'")
    assert len(complained) == 3


def test_a_second_pull_asks_only_what_it_has_to_and_changes_nothing(full: Shop) -> None:
    first = campaign(full, "first", "2026-05-01T09:00:00+00:00", recipients=2_300, opens_per=1)
    pull(full)
    before = contacts_here(full), events_here(full)
    (found,) = pull(full)
    assert (contacts_here(full), events_here(full)) == before
    assert found["campaigns_read"] == 0
    assert full.sandbox.requests()["total"] < 30
    assert before[1] == events_there(full, first)


def test_what_changed_since_is_brought_and_the_rest_is_left(full: Shop) -> None:
    first = campaign(full, "first", "2026-05-01T09:00:00+00:00", recipients=2_300, opens_per=1)
    pull(full)
    full.sandbox.put(full.list_id, person(5, merge_fields={"FNAME": "Other"}), person(9_999))
    full.sandbox.must("DELETE", f"/lists/{full.list_id}/members/person1{AT}")
    second = campaign(full, "second", "2026-06-01T09:00:00+00:00", recipients=300, opens_per=2)
    late = {"email_address": f"person7{AT}", "action": "open"}
    now = full.sandbox.control("POST", "/clock", {"advance": 0})["now"]
    events = [{**late, "timestamp": now}, {**late, "timestamp": now}]
    full.sandbox.control("POST", f"/campaigns/{first}/events", {"events": events})
    (found,) = pull(full)
    assert contacts_here(full) == contacts_there(full)
    assert events_here(full) == events_there(full, first, second)
    assert found["contacts"] < PEOPLE
    assert found["campaigns_read"] == 2


def test_a_pull_leaves_no_gap_and_does_not_tell_a_sync_that_it_has_read_the_list(
    full: Shop,
) -> None:
    pull(full)
    gone = {"email_address": f"person1{AT}", "status": "unsubscribed", "unsubscribed_by": "person"}
    full.sandbox.put(full.list_id, gone)
    pull(full, "--since", "2999-01-01")
    assert contacts_here(full) == contacts_there(full)
    assert full.query("from mailchimp_members where read_at is not null") == []


def test_dbt_says_how_old_is_what_was_pulled(full: Shop) -> None:
    campaign(full, "first", "2026-05-01T09:00:00+00:00", recipients=10)
    full.sync()
    pull(full)
    assert "WARN" not in full.dbt("source", "freshness")
    full.sql("update mailchimp_lists set read_at = read_at - interval '3 days'")
    assert "WARN" in full.dbt("source", "freshness", "--select", "source:*.mailchimp_lists")
