"""Whatever is wrong with what Mailchimp shows: clear words, nothing lost, nothing doubled."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from responses.pulled import (
    AT,
    PEOPLE,
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

MEMBERS = "/lists/{list_id}/members"


TABLES = ("merge_fields", "segments", "segment_members", "members", "events")


def known(shop: Shop) -> list[Any]:
    return [shop.rows(f"mailchimp_{name}", f"list_id = '{shop.list_id}'") for name in TABLES]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """One that has no list but that of the shop, for a pull of all of them."""
    with SandboxProcess("--allow-example-com") as process:
        yield process


class Pulled(NamedTuple):
    """A shop that has pulled, and the campaign of its list."""

    shop: Shop
    first: str


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Pulled:
    """The list has a field of text, and its campaign was opened by a stranger."""
    shop = with_everybody(Shop(tmp_path_factory.mktemp("pulled"), dbt, sandbox))
    field = {"name": "Age", "tag": "AGE", "type": "text"}
    sandbox.must("POST", f"/lists/{shop.list_id}/merge-fields", field)
    sandbox.put(shop.list_id, person(2, merge_fields={"AGE": "old"}))
    first = campaign(shop, "first", "2026-05-01T09:00:00+00:00", recipients=1_100, opens_per=1)
    stranger = {"email_address": "stranger@elsewhere.shop.de", "action": "open"}
    sandbox.control("POST", f"/campaigns/{first}/events", {"events": [stranger]})
    sandbox.control("POST", "/clock", {"advance": 5})  # what changes in its second is unsure
    pull(shop)
    shop.keep()
    return Pulled(shop, first)


@pytest.fixture
def full(kept: Pulled) -> Shop:
    kept.shop.put_back()
    return kept.shop


def test_a_list_that_is_gone_is_said_and_what_was_known_of_it_stays(full: Shop) -> None:
    before = known(full)
    assert all(before)
    full.sandbox.control("DELETE", f"/lists/{full.list_id}")
    ended = full.loader("pull", "--wide")
    assert ended.exit_code == 0, ended.output
    assert "no longer has this list. What was pulled of it is kept" in ended.output
    ended = full.loader("pull", "--select", full.list_id)
    assert ended.exit_code == 2
    assert f"The account has no list '{full.list_id}'" in ended.output
    assert known(full) == before


def test_a_list_that_goes_while_it_is_pulled_leaves_what_was_known(full: Shop) -> None:
    before = contacts_here(full)
    full.sandbox.put(full.list_id, person(5, merge_fields={"FNAME": "Other"}))
    full.sandbox.faults({"kind": "list_deleted", "at": 2, "path": MEMBERS, "writes": False})
    (found,) = pull(full, "--full", exit_code=3)
    full.sandbox.faults()
    assert "is kept" in found["message"]
    assert contacts_here(full) == before


def test_a_page_that_fails_half_way_leaves_what_was_known_and_the_next_pull_goes_on(
    kept: Pulled, full: Shop
) -> None:
    before = contacts_here(full), events_here(full)
    full.sandbox.put(
        full.list_id,
        *(person(place, merge_fields={"FNAME": "Other"}) for place in range(1_100)),
    )
    full.sandbox.faults({"kind": "500_json", "at": 4, "path": MEMBERS, "writes": False})
    (found,) = pull(full, "--retry-seconds", "0", exit_code=3)
    full.sandbox.faults()
    assert found["message"]
    assert (contacts_here(full), events_here(full)) == before
    pull(full)
    assert contacts_here(full) == contacts_there(full)
    assert events_here(full) == events_there(full, kept.first)


def test_a_field_that_is_made_anew_with_another_type_is_read_anew(full: Shop) -> None:
    path = f"/lists/{full.list_id}/merge-fields"
    fields = full.sandbox.get(path, count=100)["merge_fields"]
    (number,) = (one["merge_id"] for one in fields if one["tag"] == "AGE")
    full.sandbox.must("DELETE", f"{path}/{number}")
    full.sandbox.must("POST", path, {"name": "Age", "tag": "AGE", "type": "number"})
    full.sandbox.put(full.list_id, person(4, merge_fields={"AGE": 7}))
    (found,) = pull(full)
    assert contacts_here(full) == contacts_there(full)
    assert found["contacts"] >= PEOPLE  # for of the others no change was shown
    fields = full.query("select type from mailchimp_merge_fields where tag = 'AGE'")
    assert fields == [{"type": "number"}]
    (found,) = pull(full)
    assert found["contacts"] < PEOPLE


def test_where_a_field_is_gone_one_status_alone_takes_nobody_of_another_out(full: Shop) -> None:
    path = f"/lists/{full.list_id}/merge-fields"
    fields = full.sandbox.get(path, count=100)["merge_fields"]
    (number,) = (one["merge_id"] for one in fields if one["tag"] == "AGE")
    full.sandbox.must("DELETE", f"{path}/{number}")
    before = [row[0] for row in contacts_here(full)]
    pull(full, "--status", "unsubscribed")
    assert [row[0] for row in contacts_here(full)] == before
    pull(full)
    assert contacts_here(full) == contacts_there(full)


def test_a_field_that_is_new_costs_no_reading_of_everybody(full: Shop) -> None:
    field = {"name": "Size", "tag": "SIZE", "type": "number"}
    full.sandbox.must("POST", f"/lists/{full.list_id}/merge-fields", field)
    full.sandbox.put(full.list_id, person(4, merge_fields={"SIZE": 7}))
    (found,) = pull(full)
    assert found["contacts"] < PEOPLE
    assert contacts_here(full) == contacts_there(full)


def test_an_event_of_somebody_who_is_not_on_the_list_is_an_event(kept: Pulled, full: Shop) -> None:
    assert events_here(full) == events_there(full, kept.first)
    pull(full)
    assert events_here(full) == events_there(full, kept.first)
    rows = full.query("select * from mailchimp_events where email_address like 'stranger@%'")
    assert {row["event"] for row in rows} == {"sent", "opened"}


def test_a_report_that_is_not_ready_is_counted_and_read_when_it_is(
    kept: Pulled, full: Shop
) -> None:
    sent_at = "2026-06-01T09:00:00+00:00"
    second = campaign(full, "second", sent_at, recipients=30, opens_per=1)
    fault = {"kind": "campaign_deleted", "at": 1, "writes": False}
    full.sandbox.faults({**fault, "path": "/reports/{campaign_id}/sent-to"})
    (found,) = pull(full)
    full.sandbox.faults()
    assert (found["campaigns"], found["campaigns_read"], found["not_ready"]) == (2, 0, 1)
    assert events_here(full) == events_there(full, kept.first)
    again = campaign(full, "second", sent_at, recipients=30, opens_per=1)
    (found,) = pull(full)
    assert (again, found["not_ready"]) == (second, 0)
    assert events_here(full) == events_there(full, kept.first, second)


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_off_by_an_hour_loses_nothing(kept: Pulled, full: Shop, hours: int) -> None:
    full.sandbox.control("POST", "/clock", {"advance": hours * 3_600})
    now = full.sandbox.control("POST", "/clock", {"advance": 0})["now"]
    opened = {"email_address": f"person2{AT}", "action": "open", "timestamp": now}
    for name in ("One", "Two"):
        full.sandbox.put(full.list_id, person(5, merge_fields={"FNAME": name}))
        full.sandbox.control("POST", f"/campaigns/{kept.first}/events", {"events": [opened]})
        pull(full)
        assert contacts_here(full) == contacts_there(full)
        assert events_here(full) == events_there(full, kept.first)
    full.sandbox.control("POST", "/clock", {"advance": hours * -3_600})


def test_one_status_alone_leaves_the_others_to_the_next_pull(full: Shop) -> None:
    full.sandbox.put(full.list_id, person(7, status="unsubscribed", unsubscribed_by="person"))
    full.sandbox.put(full.list_id, person(2, merge_fields={"FNAME": "Other"}))
    (found,) = pull(full, "--status", "unsubscribed")
    here = {row[0]: row for row in contacts_here(full)}
    there = {row[0]: row for row in contacts_there(full)}
    assert here[f"person7{AT}"] == there[f"person7{AT}"]
    assert here[f"person2{AT}"] != there[f"person2{AT}"]
    assert found["contacts"] < PEOPLE
    pull(full)
    assert contacts_here(full) == contacts_there(full)
    ended = full.loader("pull", "--full", "--status", "cleaned")
    assert ended.exit_code == 2
    assert "Leave out --status" in ended.output
