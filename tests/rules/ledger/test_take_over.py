"""What becomes of what an audience had put in a place that is another one's now."""

from typing import Any

import pytest

from cases.in_memory import InMemory, Row

ANN, BOB = "ann@shop.de", "bob@shop.de"
OLD: Row = {"list_id": "f00d", "audience": "old", "email_address": ANN}
SEGMENT: Row = {"kind": "segment", "segment": "News"}
KINDS: list[Row] = [
    {"kind": "contact", "segment": ""},
    {"kind": "tag", "segment": "vip"},
    {"kind": "permissions", "segment": ""},
]
KNOWN = "audience, kind, segment, email_address, pre_existing, is_managed, confirmed_hash"


def taken(warehouse: InMemory, kind: str, **place: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401
    """The ledger, after `readers` took over what `old` had of a kind."""
    values = {"old_audience": "old", "kind": kind, "segment": None, "old_segment": None, **place}
    warehouse.run("ledger/take_over", "ledger/taken_over", **values)
    return warehouse.rows(f"select {KNOWN} from loader_ledger order by {KNOWN}")


@pytest.mark.parametrize("place", KINDS, ids=str)
def test_it_is_known_under_the_new_name_as_it_was(warehouse: InMemory, place: Row) -> None:
    warehouse.given(
        "loader_ledger",
        {**OLD, **place, "pre_existing": False, "is_managed": True, "confirmed_hash": "h1"},
    )
    assert taken(warehouse, place["kind"]) == [
        ("readers", place["kind"], place["segment"], ANN, False, True, "h1")
    ]


def test_a_segment_has_the_new_spelling(warehouse: InMemory) -> None:
    warehouse.given("loader_ledger", {**OLD, **SEGMENT, "is_managed": True, "confirmed_hash": "m5"})
    assert taken(warehouse, "segment", old_segment="News", segment="NEWS") == [
        ("readers", "segment", "NEWS", ANN, None, True, "m5")
    ]


def test_whom_both_had_is_known_once_and_ours_when_the_old_one_brought_them(
    warehouse: InMemory,
) -> None:
    contact: Row = {"kind": "contact", "segment": ""}
    warehouse.given(
        "loader_ledger",
        {**OLD, **contact, "pre_existing": False, "is_managed": True, "confirmed_hash": "h1"},
        {**OLD, **contact, "audience": "readers", "pre_existing": True, "confirmed_hash": "h2"},
    )
    assert taken(warehouse, "contact") == [("readers", "contact", "", ANN, False, True, "h2")]


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"audience": "others"},
        {"list_id": "beef"},
        {"kind": "tag", "segment": "News"},
        {"segment": "Offers"},
    ],
    ids=str,
)
def test_what_is_elsewhere_stays_where_it_is(warehouse: InMemory, elsewhere: Row) -> None:
    row = {**OLD, **SEGMENT, **elsewhere, "is_managed": True}
    warehouse.given("loader_ledger", row)
    ((audience, *_),) = taken(warehouse, "segment", old_segment="News", segment="News")
    assert audience == row["audience"]


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({}, [("old", "News")]),
        ({"segment": "nEWS"}, [("old", "nEWS")]),
        ({"audience": "readers"}, []),
        ({"audience": "readers", "segment": "NEWS"}, [("readers", "NEWS")]),
        ({"segment": "Offers"}, []),
        ({"kind": "tag"}, []),
        ({"list_id": "beef"}, []),
    ],
    ids=str,
)
def test_who_has_something_in_a_segment_is_found_by_name_and_spelling(
    warehouse: InMemory, told: Row, found: list[tuple[str, str]]
) -> None:
    warehouse.given("loader_ledger", {**OLD, **SEGMENT, **told})
    names: dict[str, object] = {"segment": "News"}
    assert warehouse.found("ledger/in_segment", **names) == found
