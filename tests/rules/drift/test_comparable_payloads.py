"""Whose payloads are compared with what a list shows: before a sync, and of a list read whole."""

import pytest

from cases.in_memory import InMemory, Row, relation
from cases.verified_list import AFTER, ANNA, BEFORE, ELSEWHERE, NEW, NOW, ReadWhole

HISTORY: Row = {"email_address": ANNA, "payload_hash": "h1", "payload": '{"a": 1}'}
OWED: Row = {"audience": "readers", "kind": "contact", "email_address": ANNA, "action": "upsert"}
SEEN: Row = {"last_changed": BEFORE, "details_read_at": NOW}


@pytest.fixture
def anna(warehouse: InMemory) -> ReadWhole:
    told = ReadWhole(warehouse)
    text = "varchar"
    warehouse.make("history", email_address=text, payload_hash=text, payload=text)
    columns = dict.fromkeys([*OWED, "outcome", "payload"], text)
    warehouse.make("loader_delta", **columns)
    return told


def confirmed(anna: ReadWhole, **values: object) -> list[tuple[object, ...]]:
    """The payloads that the list was confirmed to hold."""
    known = {
        "history": relation("history"),
        "maintained_status": "subscribed",
        "contacts": "upsert",
    }
    anna.warehouse.run("drift/confirmed_payloads", **{**known, **values})
    return anna.warehouse.rows("select * from loader_payloads")


@pytest.fixture
def held(anna: ReadWhole) -> ReadWhole:
    """The list holds what she was sent, and she is still wanted."""
    anna.wanted()
    anna.believed()
    anna.shown()
    anna.warehouse.given("history", HISTORY)
    return anna


def test_a_list_holds_the_payload_that_was_confirmed(held: ReadWhole) -> None:
    held.warehouse.given("history", {**HISTORY, "payload_hash": "h2", "payload": "[]"})
    assert confirmed(held) == [(ANNA, '{"a": 1}')]


def test_a_payload_that_went_and_came_back_is_one(held: ReadWhole) -> None:
    held.warehouse.given("history", HISTORY)
    assert len(confirmed(held)) == 1


def test_values_that_are_given_once_are_nobodys_after_that(held: ReadWhole) -> None:
    assert confirmed(held, contacts="create") == []


@pytest.mark.parametrize(
    "table", ["loader_wanted", "loader_ledger", "mailchimp_members", "history"]
)
def test_of_somebody_else_nothing_is_held(held: ReadWhole, table: str) -> None:
    held.warehouse.rows(f"update {table} set email_address = '{NEW}' returning 1")
    assert confirmed(held) == []


@pytest.mark.parametrize("table", ["loader_wanted", "loader_ledger", "mailchimp_members"])
def test_on_another_list_nothing_is_held(held: ReadWhole, table: str) -> None:
    held.warehouse.rows(f"update {table} set list_id = 'beef' returning 1")
    assert confirmed(held) == []


@pytest.mark.parametrize("table", ["loader_wanted", "loader_ledger"])
def test_for_another_audience_nothing_is_held(held: ReadWhole, table: str) -> None:
    held.warehouse.rows(f"update {table} set audience = 'others' returning 1")
    assert confirmed(held) == []


@pytest.mark.parametrize("told", [{"kind": "permissions"}, {"is_managed": False}], ids=str)
def test_of_what_is_no_contact_that_was_sent_nothing_is_held(anna: ReadWhole, told: Row) -> None:
    anna.wanted()
    anna.believed(**told)
    anna.shown()
    anna.warehouse.given("history", HISTORY)
    assert confirmed(anna) == []


@pytest.mark.parametrize(
    ("status", "count"), [("subscribed", 1), ("transactional", 1), ("unsubscribed", 0)]
)
def test_values_are_kept_up_to_date_of_the_subscribed_and_of_a_kept_status(
    anna: ReadWhole, status: str, count: int
) -> None:
    anna.wanted()
    anna.believed()
    anna.shown(status=status)
    anna.warehouse.given("history", HISTORY)
    assert len(confirmed(anna, maintained_status="transactional")) == count


def may_be_there(anna: ReadWhole) -> list[tuple[object, ...]]:
    """The payloads that may be on the list already."""
    anna.warehouse.run("delta/comparable_payloads")
    return anna.warehouse.rows("select * from loader_payloads")


def test_what_is_owed_to_who_has_not_changed_since_a_pull_may_be_there(anna: ReadWhole) -> None:
    anna.shown(**SEEN)
    anna.warehouse.given("loader_delta", {**OWED, "payload": "{}"})
    assert may_be_there(anna) == [(ANNA, "{}")]


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"audience": "others"}, id="by another audience"),
        pytest.param({"kind": "permissions"}, id="as permissions"),
        pytest.param({"action": "archive"}, id="as a leave"),
        pytest.param({"outcome": "invalid"}, id="that cannot be sent"),
        pytest.param({"email_address": NEW}, id="to somebody else"),
    ],
)
def test_nothing_else_may_be_there_that_is_owed(anna: ReadWhole, told: Row) -> None:
    anna.shown(**SEEN)
    anna.warehouse.given("loader_delta", {**OWED, **told})
    assert may_be_there(anna) == []


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(ELSEWHERE, id="on another list"),
        pytest.param({"last_changed": NOW}, id="that changed in the same second"),
        pytest.param({"last_changed": AFTER}, id="that changed since"),
        pytest.param({"last_changed": None}, id="whose last change is not known"),
        pytest.param({"details_read_at": None}, id="that no pull has seen"),
    ],
)
def test_nothing_may_be_there_of_a_contact(anna: ReadWhole, told: Row) -> None:
    anna.shown(**{**SEEN, **told})
    anna.warehouse.given("loader_delta", OWED)
    assert may_be_there(anna) == []
