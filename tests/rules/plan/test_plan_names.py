"""What the rows of a plan name of their list: merge fields, interests and a segment."""

from typing import Any

import pytest

from cases.in_memory import InMemory, Row

PAYLOAD = '{"merge_fields":{"PLAN":"gold","AGE":7},"interests":{"interest Sports":true}}'
CONTACT: Row = {
    "audience": "readers",
    "kind": "contact",
    "segment": "",
    "route": "upsert",
    "payload": PAYLOAD,
}
NAMED = [
    ("readers", "interest", "interest Sports"),
    ("readers", "merge field", "AGE"),
    ("readers", "merge field", "PLAN"),
]


def named(warehouse: InMemory, *rows: Row) -> list[tuple[Any, ...]]:
    names = ("audience", "kind", "segment", "route", "payload", "outcome")
    warehouse.make("loader_plan", **dict.fromkeys(names, "varchar"))
    warehouse.given("loader_plan", *rows)
    return warehouse.found("plan/names")


@pytest.mark.parametrize("route", ["upsert", "create", "revive", "change_address"])
def test_contacts_that_are_written_name_what_their_payloads_have(
    warehouse: InMemory, route: str
) -> None:
    assert named(warehouse, {**CONTACT, "route": route}, CONTACT) == NAMED


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "held"},
        {"route": "archive"},
        {"route": "withdraw"},
        {"payload": None},
        {"payload": "{}"},
        {"payload": '{"merge_fields":{},"interests":{}}'},
    ],
    ids=str,
)
def test_what_is_not_written_names_nothing(warehouse: InMemory, changes: Row) -> None:
    assert named(warehouse, {**CONTACT, **changes}) == []


@pytest.mark.parametrize("route", ["segment_add", "segment_remove"])
def test_a_membership_names_its_segment(warehouse: InMemory, route: str) -> None:
    row = {**CONTACT, "kind": "segment", "segment": "Gold", "route": route, "payload": None}
    assert named(warehouse, row) == [("readers", "segment", "Gold")]


def test_the_name_of_a_segment_beside_contacts_is_no_document(warehouse: InMemory) -> None:
    row = {**CONTACT, "kind": "segment", "segment": "gold", "route": "upsert", "payload": "Gold"}
    assert named(warehouse, row, CONTACT) == [*NAMED, ("readers", "segment", "gold")]
