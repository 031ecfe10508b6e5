"""The fingerprint of what a plan sends: another one for other rows, the same in another order."""

import pytest

from cases.in_memory import InMemory, Row

PLAN = {
    "audience": "varchar",
    "route": "varchar",
    "action": "varchar",
    "segment": "varchar",
    "email_address": "varchar",
    "current_email": "varchar",
    "payload": "varchar",
    "turn": "bigint",
    "depends_on_contact": "boolean",
    "outcome": "varchar",
}
ANN: Row = {
    "audience": "readers",
    "route": "upsert",
    "action": "upsert",
    "segment": "",
    "email_address": "ann@shop.de",
    "current_email": "ann@shop.de",
    "payload": '{"merge_fields":{"PLAN":"gold"}}',
    "turn": 1,
    "depends_on_contact": False,
}
BEN: Row = {**ANN, "email_address": "ben@shop.de", "current_email": "ben@shop.de"}
RULES: Row = {"audience": "readers", "status_if_new": "subscribed", "is_held_back": False}


def told(warehouse: InMemory, *rows: Row, **rules: object) -> dict[str, tuple[int, str]]:
    """Rows and fingerprint of each operation of the readers."""
    warehouse.make("loader_plan", **PLAN)
    warehouse.given("loader_plan", *rows)
    warehouse.make(
        "loader_rules", audience="varchar", status_if_new="varchar", is_held_back="boolean"
    )
    warehouse.given("loader_rules", {**RULES, **rules})
    found = warehouse.found("plan/fingerprint")
    return {route: (rows_of, fingerprint) for _, route, rows_of, fingerprint in found}


def test_the_order_of_rows_does_not_matter(warehouse: InMemory) -> None:
    assert told(warehouse, ANN, BEN) == told(warehouse, BEN, ANN)
    assert told(warehouse, ANN, BEN)["upsert"][0] == 2


@pytest.mark.parametrize(
    "change",
    [
        {"segment": "Gold"},
        {"email_address": "ann@other.de"},
        {"current_email": "old@shop.de"},
        {"payload": '{"merge_fields":{"PLAN":"tin"}}'},
        {"payload": None},
        {"turn": 2},
        {"depends_on_contact": True},
    ],
    ids=str,
)
def test_what_is_sent_otherwise_has_another_fingerprint(warehouse: InMemory, change: Row) -> None:
    before, after = told(warehouse, ANN, BEN), told(warehouse, {**ANN, **change}, BEN)
    assert (before["upsert"][0], after["upsert"][0]) == (2, 2)
    assert before["upsert"][1] != after["upsert"][1]


def test_the_status_of_new_contacts_is_a_part_of_it(warehouse: InMemory) -> None:
    pending = told(warehouse, ANN, status_if_new="pending")
    assert told(warehouse, ANN)["upsert"][1] != pending["upsert"][1]
    leave = {**ANN, "route": "archive", "action": "archive"}
    assert told(warehouse, leave) == told(warehouse, leave, status_if_new="pending")


def test_two_of_the_same_are_not_one_of_each(warehouse: InMemory) -> None:
    assert told(warehouse, ANN, ANN)["upsert"][1] != told(warehouse, ANN, BEN)["upsert"][1]
    assert told(warehouse, ANN, ANN)["upsert"][1] != told(warehouse, BEN, BEN)["upsert"][1]


def test_what_is_not_sent_is_no_part_of_it(warehouse: InMemory) -> None:
    held = {**BEN, "outcome": "held"}
    assert told(warehouse, ANN, held) == told(warehouse, ANN)
    withdrawal = {**BEN, "route": "withdraw", "action": "withdraw"}
    assert told(warehouse, ANN, withdrawal, is_held_back=True) == told(warehouse, withdrawal)
