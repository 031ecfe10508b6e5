"""Which segments of a list are known to be of our making."""

import pytest

from cases.contact_rows import other, selected
from cases.in_memory import InMemory, Row

GOLD: Row = {"list_id": "f00d", "segment": "gold", "segment_id": 7, "is_managed": True}
NOTE = {"segment": "silver", "segment_id": 8, "is_managed": False, "recreate": True}


def test_a_segment_is_known_as_it_was_noted(warehouse: InMemory) -> None:
    warehouse.run("ledger/track_segment", **NOTE)
    assert selected(warehouse, "ledger/known_segments") == [("silver", 8, False, True)]


def test_a_segment_that_is_about_to_be_made_has_no_number(warehouse: InMemory) -> None:
    warehouse.run("ledger/track_segment", **{**NOTE, "segment_id": None})
    assert selected(warehouse, "ledger/known_segments") == [("silver", None, False, True)]


def test_a_segment_is_noted_with_who_asked_for_it(warehouse: InMemory) -> None:
    warehouse.run("ledger/track_segment", **NOTE)
    query = "select list_id, audience, run_id from loader_segments"
    assert warehouse.row(query) == ("f00d", "readers", "run 2")


def test_the_segments_of_another_list_are_not_known_here(warehouse: InMemory) -> None:
    warehouse.given("loader_segments", other(GOLD, "list_id"))
    assert selected(warehouse, "ledger/known_segments") == []


def test_a_segment_can_be_forgotten(warehouse: InMemory) -> None:
    warehouse.given("loader_segments", GOLD)
    warehouse.run("ledger/untrack_segment", segment="gold")
    assert warehouse.rows("select * from loader_segments") == []


@pytest.mark.parametrize(("column", "value"), [("list_id", "beef"), ("segment", "silver")])
def test_other_segments_are_not_forgotten(column: str, value: str, warehouse: InMemory) -> None:
    warehouse.given("loader_segments", {**GOLD, column: value})
    warehouse.run("ledger/untrack_segment", segment="gold")
    assert warehouse.rows(f"select {column} from loader_segments") == [(value,)]
