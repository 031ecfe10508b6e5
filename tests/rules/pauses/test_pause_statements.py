"""Who is paused, and how often in a row the others have stopped."""

import pytest

from cases.contact_rows import NOW, selected
from cases.in_memory import InMemory, Row
from loader.model.audience import Pause
from loader.warehouse.sql_templates import relation

STOPPED: Row = {"audience": "readers", "list_id": "f00d", "stops": 2, "reason": "why"}
PAUSED: Row = {**STOPPED, "stops": 3, "paused_at": NOW, "paused_by": "loader"}
BY_PERSON: Row = {**PAUSED, "list_id": None, "stops": 0, "paused_by": "person"}
ENDED: Row = {"now": NOW, "resumed_by": "person"}


def test_a_pause_is_found_as_it_was_added(warehouse: InMemory) -> None:
    stopped = Pause(
        audience="it's",
        list_id="f00d",
        reason="the list's gone",
        stops=3,
        stopped_at=NOW,
        exit_code=3,
        configuration="abc",
        paused_at=NOW,
    )
    by_person = Pause(audience="readers", list_id=None, reason="Zoë says so", paused_at=NOW)
    warehouse.run("pauses/add", adding=[stopped, by_person])
    assert selected(warehouse, "pauses/current") == [
        ("it's", "f00d", 3, NOW, 3, "the list's gone", "abc", NOW),
        ("readers", None, 0, None, 0, "Zoë says so", None, NOW),
    ]
    query = "select paused_by from loader_pauses order by audience"
    assert warehouse.rows(query) == [("loader",), ("person",)]


def test_stops_that_have_paused_nobody_have_no_author(warehouse: InMemory) -> None:
    first = Pause(audience="readers", list_id="f00d", reason="why", stops=1, stopped_at=NOW)
    warehouse.run("pauses/add", adding=[first])
    assert warehouse.rows("select paused_by, stops from loader_pauses") == [(None, 1)]


def test_what_is_over_is_not_current(warehouse: InMemory) -> None:
    warehouse.given("loader_pauses", {**PAUSED, "resumed_at": NOW})
    assert selected(warehouse, "pauses/current") == []


@pytest.mark.parametrize(
    ("row", "is_left"),
    [
        (STOPPED, False),
        (PAUSED, True),
        ({**STOPPED, "audience": "others"}, True),
        ({**STOPPED, "list_id": "beef"}, True),
    ],
)
def test_stops_are_ended_for_the_audiences_of_the_list(
    warehouse: InMemory, row: Row, *, is_left: bool
) -> None:
    warehouse.given("loader_pauses", row)
    warehouse.run("pauses/end_stops", settled=["readers", "fans"])
    assert bool(warehouse.rows("select * from loader_pauses")) == is_left


def test_stops_are_ended_on_every_list_of_a_person_s_audience(warehouse: InMemory) -> None:
    warehouse.given("loader_pauses", STOPPED, {**STOPPED, "list_id": "beef"})
    warehouse.run("pauses/end_stops", settled=["readers"], list_id=None)
    assert warehouse.rows("select * from loader_pauses") == []


@pytest.mark.parametrize(
    ("row", "is_resumed"),
    [
        (PAUSED, True),
        (STOPPED, False),
        (BY_PERSON, False),
        ({**PAUSED, "audience": "others"}, False),
        ({**PAUSED, "list_id": "beef"}, False),
    ],
)
def test_the_pause_of_one_list_ends(warehouse: InMemory, row: Row, *, is_resumed: bool) -> None:
    warehouse.given("loader_pauses", row)
    warehouse.run("pauses/resume", **{**ENDED, "resumed_by": "configuration"})
    found = [(NOW, "configuration") if is_resumed else (None, None)]
    assert warehouse.rows("select resumed_at, resumed_by from loader_pauses") == found


def test_every_pause_of_an_audience_ends_and_history_stays(warehouse: InMemory) -> None:
    earlier = {**PAUSED, "resumed_at": NOW, "resumed_by": "configuration"}
    warehouse.given("loader_pauses", PAUSED, BY_PERSON, {**PAUSED, "list_id": "beef"}, earlier)
    warehouse.run("pauses/resume", **ENDED, list_id=None)
    by = [row[0] for row in warehouse.rows("select resumed_by from loader_pauses order by 1")]
    assert by == ["configuration", "person", "person", "person"]


def test_withdrawals_of_the_list_are_counted_and_nothing_else(warehouse: InMemory) -> None:
    owed = {"list_id": "f00d", "kind": "contact", "action": "withdraw"}
    warehouse.make("owed", list_id="varchar", kind="varchar", action="varchar")
    warehouse.given(
        "owed", owed, owed, {**owed, "list_id": "beef"}, {**owed, "action": "unsubscribe"}
    )
    assert selected(warehouse, "pauses/withdrawals", delta=relation("main", "owed")) == [(2,)]
