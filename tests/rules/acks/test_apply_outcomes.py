"""What the ledger says after the answers of a run."""

from datetime import datetime
from typing import Any

import pytest

from cases.contact_rows import ANN, ANSWERED, BOB, KNOWN, NOW, other
from cases.in_memory import InMemory, Row
from loader.warehouse.records.apply_acks import KIND_OF_ACTION

LONG_AGO = datetime(2026, 1, 1)  # noqa: DTZ001 - UTC without a zone, as in the warehouse
KIND_OF = {
    "withdraw": "contact",
    "upsert": "contact",
    "revive": "contact",
    "change_address": "contact",
    "unsubscribe": "contact",
    "archive": "contact",
    "segment_add": "segment",
    "segment_remove": "segment",
    "tag_add": "tag",
    "tag_remove": "tag",
    "permissions": "permissions",
}
GIVING = ("upsert", "revive", "change_address", "segment_add", "tag_add", "permissions")
TAKING = ("withdraw", "unsubscribe", "archive", "segment_remove", "tag_remove")
REFUSALS = ("held", "rejected", "invalid", "unknown")


def fold(warehouse: InMemory) -> None:
    """Fold the acknowledgements of all kinds."""
    for kind in sorted({"contact", *KIND_OF_ACTION.values()}):
        warehouse.run("acks/apply", kind=kind)


def ledger_after(known: Row, answer: Row, columns: str, warehouse: InMemory) -> tuple[Any, ...]:
    """These columns of a row of the ledger, after one acknowledgement for it."""
    kind = KIND_OF[answer.get("action", "upsert")]
    warehouse.given("loader_ledger", {**KNOWN, "kind": kind, **known})
    warehouse.given("loader_acks", {**ANSWERED, **answer})
    fold(warehouse)
    return warehouse.row(f"select {columns} from loader_ledger")


def ledger_made(answer: Row, columns: str, warehouse: InMemory) -> tuple[Any, ...]:
    """These columns of the ledger, after an acknowledgement for a row that it does not have."""
    warehouse.given("loader_acks", {**ANSWERED, **answer})
    fold(warehouse)
    return warehouse.row(f"select {columns} from loader_ledger")


@pytest.mark.parametrize(("action", "kind"), KIND_OF.items())
def test_an_answer_is_about_one_kind(action: str, kind: str, warehouse: InMemory) -> None:
    assert ledger_made({"action": action}, "kind", warehouse) == (kind,)


@pytest.mark.parametrize("column", ["run_id", "list_id"])
def test_another_run_is_folded_by_itself(column: str, warehouse: InMemory) -> None:
    warehouse.given("loader_acks", other(ANSWERED, column))
    fold(warehouse)
    assert warehouse.rows("select * from loader_ledger") == []


@pytest.mark.parametrize("column", ["list_id", "audience", "kind", "segment", "email_address"])
def test_an_answer_leaves_the_rows_beside_it_as_they_are(column: str, warehouse: InMemory) -> None:
    warehouse.given("loader_ledger", {**other(KNOWN, column), "confirmed_hash": "old"})
    warehouse.given("loader_acks", ANSWERED)
    fold(warehouse)
    found = warehouse.rows(
        f"select {column}, confirmed_hash from loader_ledger order by confirmed_hash"
    )
    assert found == [(KNOWN[column], "new"), (other(KNOWN, column)[column], "old")]


@pytest.mark.parametrize("action", GIVING)
def test_what_was_accepted_is_confirmed(action: str, warehouse: InMemory) -> None:
    known = {"is_managed": True, "confirmed_hash": "old"}
    found = ledger_after(known, {"action": action}, "is_managed, confirmed_hash", warehouse)
    assert found == (True, "new")


@pytest.mark.parametrize("action", TAKING)
def test_who_was_taken_out_is_not_sent_any_more(action: str, warehouse: InMemory) -> None:
    known = {"is_managed": True, "confirmed_hash": "old"}
    found = ledger_after(known, {"action": action}, "is_managed, confirmed_hash", warehouse)
    assert found == (False, None)


@pytest.mark.parametrize("outcome", REFUSALS)
@pytest.mark.parametrize("action", ["upsert", "archive"])
def test_without_a_yes_what_was_confirmed_stands(
    action: str, outcome: str, warehouse: InMemory
) -> None:
    known = {"is_managed": True, "confirmed_hash": "old"}
    answer = {"action": action, "outcome": outcome}
    assert ledger_after(known, answer, "is_managed, confirmed_hash", warehouse) == (True, "old")


@pytest.mark.parametrize("outcome", ["accepted", *REFUSALS])
def test_no_answer_makes_anybody_sent_who_was_not(outcome: str, warehouse: InMemory) -> None:
    found = ledger_after({"is_managed": False}, {"outcome": outcome}, "is_managed", warehouse)
    assert found == (False,)


@pytest.mark.parametrize("outcome", ["accepted", *REFUSALS])
def test_an_answer_makes_a_claim_good(outcome: str, warehouse: InMemory) -> None:
    known = {"is_managed": True, "pre_existing": False, "claim_state": "first_claim"}
    found = ledger_after(known, {"outcome": outcome}, "claim_state, pre_existing", warehouse)
    assert found == (None, False)


def test_whom_we_archived_is_remembered_with_the_time(warehouse: InMemory) -> None:
    assert ledger_after({}, {"action": "archive"}, "archived_at", warehouse) == (NOW,)


@pytest.mark.parametrize("known", [None, LONG_AGO], ids=["never by us", "once by us"])
def test_who_was_out_already_was_not_archived_by_us(
    known: datetime | None, warehouse: InMemory
) -> None:
    answer = {"action": "archive", "reason_code": "already_archived"}
    assert ledger_after({"archived_at": known}, answer, "archived_at", warehouse) == (None,)


@pytest.mark.parametrize("action", [action for action in GIVING + TAKING if action != "archive"])
def test_whom_another_write_reached_is_not_archived(action: str, warehouse: InMemory) -> None:
    found = ledger_after({"archived_at": LONG_AGO}, {"action": action}, "archived_at", warehouse)
    assert found == (None,)


@pytest.mark.parametrize("outcome", REFUSALS)
def test_without_a_yes_whom_we_archived_stays_remembered(outcome: str, warehouse: InMemory) -> None:
    known, answer = {"archived_at": LONG_AGO}, {"action": "archive", "outcome": outcome}
    assert ledger_after(known, answer, "archived_at", warehouse) == (LONG_AGO,)


@pytest.mark.parametrize(
    ("known", "answer", "attempts"),
    [
        pytest.param({}, {}, 3, id="the same again"),
        pytest.param({}, {"reason_code": "too many signups"}, 3, id="another reason"),
        pytest.param({"payload_hash": None}, {"payload_hash": None}, 3, id="no payload either"),
        pytest.param({}, {"action": "revive"}, 1, id="another action"),
        pytest.param({}, {"outcome": "held"}, 1, id="another outcome"),
        pytest.param({}, {"payload_hash": "new"}, 1, id="another payload"),
        pytest.param({}, {"payload_hash": None}, 1, id="no payload any more"),
        pytest.param({"payload_hash": None}, {}, 1, id="a payload now"),
        pytest.param({"outcome": None, "attempts": 0}, {}, 1, id="the first answer"),
    ],
)
def test_attempts_count_the_same_answers_in_a_row(
    known: Row, answer: Row, attempts: int, warehouse: InMemory
) -> None:
    last = {"action": "upsert", "payload_hash": "old", "outcome": "rejected", "reason_code": "bad"}
    found = ledger_after(
        {**last, "attempts": 2, **known}, {**last, **answer}, "attempts", warehouse
    )
    assert found == (attempts,)


@pytest.mark.parametrize(
    ("before", "reason_code", "attempts"),
    [
        pytest.param("alone", "alone", 3, id="alone again"),
        pytest.param("among others", "alone", 1, id="alone for the first time"),
        pytest.param("alone", "among others", 1, id="not alone any more"),
        pytest.param(None, None, 1, id="without a reason"),
    ],
)
def test_of_the_unknown_only_the_same_reason_counts(
    before: str | None, reason_code: str | None, attempts: int, warehouse: InMemory
) -> None:
    last = {"action": "upsert", "payload_hash": "old", "outcome": "unknown"}
    known = {**last, "reason_code": before, "attempts": 2}
    found = ledger_after(known, {**last, "reason_code": reason_code}, "attempts", warehouse)
    assert found == (attempts,)


def test_the_ledger_says_the_last_answer(warehouse: InMemory) -> None:
    before: Row = {"action": "revive", "payload_hash": "old", "outcome": "held", "run_id": "run 1"}
    known = {**before, "reason_code": "pending", "message": "Wait.", "acked_at": LONG_AGO}
    answer = {"outcome": "rejected", "reason_code": "400", "message": "No."}
    columns = "action, payload_hash, outcome, reason_code, message, acked_at, run_id"
    found = ledger_after(known, answer, columns, warehouse)
    assert found == ("upsert", "new", "rejected", "400", "No.", NOW, "run 2")


@pytest.mark.parametrize("action", GIVING)
def test_who_is_new_to_the_ledger_is_sent_once_accepted(action: str, warehouse: InMemory) -> None:
    assert ledger_made({"action": action}, "is_managed, confirmed_hash", warehouse) == (True, "new")


@pytest.mark.parametrize("action", TAKING)
def test_who_is_new_to_the_ledger_and_taken_out_is_not_sent(
    action: str, warehouse: InMemory
) -> None:
    assert ledger_made({"action": action}, "is_managed, confirmed_hash", warehouse) == (False, None)


@pytest.mark.parametrize("outcome", REFUSALS)
def test_who_is_new_to_the_ledger_and_not_accepted_is_not_sent(
    outcome: str, warehouse: InMemory
) -> None:
    assert ledger_made({"outcome": outcome}, "is_managed, confirmed_hash", warehouse) == (
        False,
        None,
    )


def test_who_is_new_to_the_ledger_is_there_under_all_keys(warehouse: InMemory) -> None:
    answer = {"action": "tag_add", "segment": "gold", "email_address": BOB}
    columns = "list_id, audience, kind, segment, email_address"
    found = ledger_made(answer, columns, warehouse)
    assert found == ("f00d", "readers", "tag", "gold", BOB)


def test_who_is_new_to_the_ledger_is_there_with_the_whole_answer(warehouse: InMemory) -> None:
    answer = {"outcome": "rejected", "reason_code": "400", "message": "No."}
    columns = "action, payload_hash, outcome, reason_code, message, attempts, acked_at, run_id"
    found = ledger_made(answer, columns, warehouse)
    assert found == ("upsert", "new", "rejected", "400", "No.", 1, NOW, "run 2")


def test_of_who_is_new_to_the_ledger_nothing_else_is_claimed(warehouse: InMemory) -> None:
    found = ledger_made({"action": "archive"}, "pre_existing, claim_state, archived_at", warehouse)
    assert found == (None, None, None)


def test_answers_for_a_contact_and_her_tag_go_to_a_row_each(warehouse: InMemory) -> None:
    tagged = {"action": "tag_add", "segment": "gold", "payload_hash": "tagged"}
    warehouse.given("loader_ledger", KNOWN, {**KNOWN, "kind": "tag", "segment": "gold"})
    warehouse.given("loader_acks", ANSWERED, {**ANSWERED, **tagged})
    fold(warehouse)
    found = warehouse.rows(
        "select email_address, kind, confirmed_hash from loader_ledger order by kind"
    )
    assert found == [(ANN, "contact", "new"), (ANN, "tag", "tagged")]
