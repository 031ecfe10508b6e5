"""What Mailchimp knows, in the warehouse: exactly, and with few requests."""

from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from responses.pulled import (
    AT,
    PEOPLE,
    STATUSES,
    campaign,
    contacts_here,
    contacts_there,
    events_here,
    events_there,
    person,
    pull,
    with_everybody,
)
from sandbox_process import SandboxProcess
from shop import Shop


class First(NamedTuple):
    """A shop that pulled for the first time, what that said, and the campaigns of the list."""

    shop: Shop
    found: dict[str, Any]
    campaigns: tuple[str, str]


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> First:
    """Reports of more than a page, and somebody who complained."""
    shop = with_everybody(Shop(tmp_path_factory.mktemp("pulled"), dbt, sandbox))
    first = campaign(shop, "first", "2026-05-01T09:00:00+00:00", recipients=1_100, opens_per=1.5)
    second = campaign(
        shop,
        "second",
        "2026-06-01T09:00:00+00:00",
        recipients=1_100,
        opens_per=2,
        clicks_per=1,
        bounces=0.05,
        unsubscribes=0.01,
        seed=7,
    )
    complain(shop, 2, first)
    shop.sandbox.control("POST", "/clock", {"advance": 5})  # what changes in its second is unsure
    (found,) = pull(shop)
    shop.keep()
    return First(shop, found, (first, second))


@pytest.fixture
def full(kept: First) -> Shop:
    kept.shop.put_back()
    return kept.shop


def complain(shop: Shop, place: int, campaign_id: str) -> None:
    angry = {"email_address": f"person{place}{AT}", "action": "abuse"}
    shop.sandbox.control("POST", f"/campaigns/{campaign_id}/events", {"events": [angry]})


def test_contacts_of_every_status_come_with_all_that_they_hold(kept: First, full: Shop) -> None:
    assert kept.found["contacts"] >= PEOPLE
    assert {status for _, status, *_ in contacts_there(full)} == set(STATUSES)
    assert contacts_here(full) == contacts_there(full)


def test_events_come_as_the_reports_have_them(kept: First, full: Shop) -> None:
    assert (kept.found["campaigns"], kept.found["campaigns_read"]) == (2, 2)
    assert events_here(full) == events_there(full, *kept.campaigns)
    assert contacts_here(full) == contacts_there(full)


def test_complaints_are_events_and_stay_single_however_often_they_are_pulled(
    kept: First, full: Shop
) -> None:
    assert events_here(full) == events_there(full, *kept.campaigns)
    for one in kept.campaigns:
        complain(full, 4, one)
        pull(full)
        assert events_here(full) == events_there(full, *kept.campaigns)
    complained = full.query("select * from mailchimp_events where event = 'complained'")
    assert len(complained) == 3


def test_a_second_pull_asks_only_what_it_has_to_and_changes_nothing(
    kept: First, full: Shop
) -> None:
    before = contacts_here(full), events_here(full)
    (found,) = pull(full)
    assert (contacts_here(full), events_here(full)) == before
    assert found["campaigns_read"] == 0
    assert full.sandbox.requests()["total"] < 30
    assert before[1] == events_there(full, *kept.campaigns)


def test_what_changed_since_is_brought_and_the_rest_is_left(kept: First, full: Shop) -> None:
    full.sandbox.put(full.list_id, person(5, merge_fields={"FNAME": "Other"}), person(9_999))
    full.sandbox.must("DELETE", f"/lists/{full.list_id}/members/person8{AT}")
    third = campaign(full, "third", "2026-07-01T09:00:00+00:00", recipients=300, opens_per=2)
    late = {"email_address": f"person7{AT}", "action": "open"}
    now = full.sandbox.control("POST", "/clock", {"advance": 0})["now"]
    events = [{**late, "timestamp": now}, {**late, "timestamp": now}]
    full.sandbox.control("POST", f"/campaigns/{kept.campaigns[0]}/events", {"events": events})
    (found,) = pull(full)
    assert contacts_here(full) == contacts_there(full)
    assert events_here(full) == events_there(full, *kept.campaigns, third)
    assert found["contacts"] < PEOPLE
    assert found["campaigns_read"] == 2


def test_a_pull_leaves_no_gap_and_does_not_tell_a_sync_that_it_has_read_the_list(
    full: Shop,
) -> None:
    gone = {"email_address": f"person1{AT}", "status": "unsubscribed", "unsubscribed_by": "person"}
    full.sandbox.put(full.list_id, gone)
    pull(full, "--since", "2999-01-01")
    assert contacts_here(full) == contacts_there(full)
    assert full.query("select * from mailchimp_members where read_at is not null") == []


def test_dbt_says_how_old_is_what_was_pulled(full: Shop) -> None:
    full.sync()
    assert "WARN" not in full.dbt("source", "freshness")
    full.sql("update mailchimp_lists set read_at = read_at - interval '3 days'")
    assert "WARN" in full.dbt("source", "freshness", "--select", "source:*.mailchimp_lists")
