"""Runs that are cut short, answers that never come, and what people do in the middle of a run."""

from collections.abc import Callable
from typing import Any

import pytest

from fault_runs import AT, FaultRuns
from shop import Shop

CONTACTS = {"method": "POST", "path": "/lists/{list_id}"}
HALF_UNHEARD = {"kind": "reset_after", "rate": 0.5}
PEOPLE = f"""
    create table people as
    select 'person' || range || '{AT}' as email_address, 'Name ' || range as fname,
        true as marketing_consent
    from range(40)
"""
EVERYBODY = "select email_address, fname, marketing_consent from people"
BY_HAND = "By hand"
Day = Callable[..., None]


@pytest.fixture
def day(shop: Shop) -> Day:
    """What changes in the warehouse, and dbt run."""

    def day(*statements: str) -> None:
        shop.sql(*statements)
        shop.dbt("run")

    return day


@pytest.fixture
def of_shop(shop: Shop) -> FaultRuns:
    """Syncs of a shop that a test fills."""
    shop.forget_requests()
    return FaultRuns(shop.folder, shop.list_id, shop.sandbox)


def accepted(runs: FaultRuns) -> list[Any]:
    rows = "select count(*) from loader_acks where segment = '' and outcome = 'accepted'"
    return runs.query(rows)


def statuses(runs: FaultRuns) -> set[str]:
    return {member["status"] for member in runs.members().values()}


@pytest.mark.parametrize("kind", ["list_deleted", "key_revoked"])
def test_what_waiting_does_not_mend_stops_a_run_and_keeps_what_was_answered(
    runs: FaultRuns, kind: str
) -> None:
    runs.sandbox.faults({"kind": kind, "at": 2, **CONTACTS})
    report = runs.sync(connections=1)
    assert report.exit_code == 3
    assert accepted(runs) == [(500,)]
    assert runs.sandbox.requests()["by_route"]["POST /lists/{list_id}"] == 2  # of three
    assert runs.account().faults(report) == []


@pytest.mark.parametrize("kind", ["list_deleted", "key_revoked"])
def test_no_batch_is_begun_after_it_but_for_those_in_flight(runs: FaultRuns, kind: str) -> None:
    runs.sandbox.faults({"kind": kind, "at": 1, **CONTACTS})
    assert runs.sync(connections=2).exit_code == 3
    assert runs.sandbox.requests()["by_route"]["POST /lists/{list_id}"] <= 2
    assert "POST /lists/{list_id}/segments/{segment_id}" not in runs.sandbox.requests()["by_route"]


@pytest.mark.parametrize(("kind", "second"), [("list_deleted", 0), ("key_revoked", 4)])
def test_the_next_list_has_its_turn_unless_the_credentials_are_gone(
    shop: Shop, of_shop: FaultRuns, kind: str, second: int
) -> None:
    shop.sql(PEOPLE)
    other = shop.sandbox.new_list()
    shop.audience("a_first", EVERYBODY)
    shop.audience("b_second", EVERYBODY, list_id=other)
    shop.dbt("run")
    shop.sandbox.faults({"kind": kind, "at": 1, **CONTACTS})
    report = of_shop.inside.sync()
    assert [one.exit_code for one in report.audiences] == [3, second]
    assert len(shop.sandbox.members(other)) == (40 if second == 0 else 0)


def test_too_many_signups_is_offered_again_after_one_three_and_seven_days_until_it_clears(
    runs: FaultRuns,
) -> None:
    runs.mark("too_many_signups", "person7")
    assert runs.sync().exit_code == 1
    for days in (1, 3, 7):
        runs.writes()
        runs.pass_days(days - 0.1)
        assert runs.sync().exit_code == 0
        assert runs.writes() == 0
        runs.pass_days(0.1)
        if days == 7:
            runs.mark("too_many_signups", "person7", undo=True)
        assert runs.sync().exit_code == (0 if days == 7 else 1)
        assert runs.writes() > 0
    assert runs.is_exact()


def test_who_unsubscribes_meanwhile_is_held_and_stays_so_however_often_they_are_wanted(
    runs: FaultRuns,
) -> None:
    runs.sync()
    runs.sandbox.control("POST", "/requests/reset")
    runs.sandbox.faults({"kind": "person_unsubscribes", "rate": 1.0, **CONTACTS})
    for _ in range(3):
        runs.sync(historical_refresh=True)
    gone = {who for who, one in runs.members().items() if one["status"] == "unsubscribed"}
    listed = runs.query(
        "select email_address from readers__delta"
        " where segment = '' and last_outcome = 'held' and last_reason = 'unsubscribed'"
    )
    assert len(gone) == 9  # of three calls in each of three runs
    assert {who for (who,) in listed} == gone
    assert runs.sandbox.requests()["moves"] == {}  # by a write: they went by their own hand


def test_tags_by_hand_stay_through_syncs_leaves_and_a_historical_refresh(
    shop: Shop, of_shop: FaultRuns, day: Day
) -> None:
    shop.audience("readers", EVERYBODY, segment="Readers", on_leave="unsubscribe")
    day(PEOPLE)
    shop.sandbox.faults({"kind": "marketer_tags", "rate": 1.0})
    of_shop.sync()
    of_shop.sync(historical_refresh=True)
    shop.sandbox.faults()
    tagged = {who for who, one in of_shop.members().items() if BY_HAND in one["tags"]}
    assert len(tagged) >= 2
    of_shop.sync(historical_refresh=True)
    day(f"delete from people where email_address = '{min(tagged)}'")
    of_shop.sync()
    shown = of_shop.members()
    assert shown[min(tagged)]["status"] == "unsubscribed"
    assert {who for who, one in shown.items() if BY_HAND in one["tags"]} == tagged


def test_whom_a_create_only_audience_made_unheard_is_confirmed_next_time_and_leaves_as_ours(
    shop: Shop, of_shop: FaultRuns, day: Day
) -> None:
    shop.audience("readers", EVERYBODY, contacts="create", on_leave="unsubscribe", segment="R")
    day(PEOPLE)
    shop.sandbox.faults({"kind": "reset_after", "at": 1, **CONTACTS})
    of_shop.sync()
    shop.sandbox.faults()
    assert of_shop.sync().exit_code == 0
    confirmed = of_shop.query(
        "select segment, count(*) from loader_ledger where confirmed is not null and not existed"
        " group by segment order by segment"
    )
    assert confirmed == [("", 40), ("R", 40)]
    day("delete from people")
    of_shop.sync(force_leave=True)
    assert statuses(of_shop) == {"unsubscribed"}


def archive_unheard(shop: Shop, runs: FaultRuns, day: Day) -> int:
    """Everybody leaves, and of half of it no answer comes; the exit code."""
    shop.audience("readers", EVERYBODY, on_leave="archive")
    day(PEOPLE)
    runs.sync()
    day("delete from people")
    shop.sandbox.faults(HALF_UNHEARD)
    report = runs.sync(force_leave=True)
    shop.sandbox.faults()
    return report.exit_code


def test_whom_we_archived_unheard_is_archived(shop: Shop, of_shop: FaultRuns, day: Day) -> None:
    assert archive_unheard(shop, of_shop, day) == 0
    assert statuses(of_shop) == {"archived"}
    shop.forget_requests()
    assert of_shop.sync().exit_code == 0
    assert shop.writes() == {}


def test_whom_we_archived_unheard_comes_back_when_wanted_again(
    shop: Shop, of_shop: FaultRuns, day: Day
) -> None:
    archive_unheard(shop, of_shop, day)
    day(f"insert into people {PEOPLE.partition('as')[2]}")
    assert of_shop.sync().exit_code == 0
    assert statuses(of_shop) == {"subscribed"}


def test_a_segment_and_a_field_that_were_made_unheard_are_found_and_are_ours(
    shop: Shop, of_shop: FaultRuns, day: Day
) -> None:
    shop.audience("readers", f"select *, 'a' as plan from ({EVERYBODY})", segment="Readers")
    making = ("/lists/{list_id}/segments", "/lists/{list_id}/merge-fields")
    shop.sandbox.faults(*({"kind": "reset_after", "at": 1, "path": path} for path in making))
    day(PEOPLE)
    assert of_shop.sync().exit_code == 0
    assert [one["fired"] for one in shop.sandbox.control("GET", "/faults")["faults"]] == [1, 1]
    assert of_shop.query("select is_ours from loader_segments") == [(True,)]
    assert {
        (tuple(one["tags"]), one["merge_fields"]["PLAN"]) for one in of_shop.members().values()
    } == {(("Readers",), "a")}
