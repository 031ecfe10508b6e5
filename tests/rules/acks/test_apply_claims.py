"""What becomes of claims, when a run ended in order and when its loader was killed."""

from datetime import datetime
from typing import Any

import pytest

from cases.contact_rows import ANN, ANNA, ANSWERED, BOB, KNOWN, NOW, other, selected
from cases.in_memory import InMemory, Row
from loader.model.reasons import IN_FLIGHT, ISOLATED_FAILURE
from loader.warehouse.records.apply_acks import GIVE_BACK

CLAIMED: Row = {
    **KNOWN,
    "run_id": "run 2",
    "pre_existing": True,
    "is_managed": True,
    "claim_state": "reclaim",
}
ON_THE_WAY: Row = {**KNOWN, "run_id": "run 2", "outcome": "unknown", "reason_code": IN_FLIGHT}
CHANGING: Row = {**ON_THE_WAY, "action": "change_address", "pending_email": ANNA}
RUNNING: Row = {"run_id": "run 2", "audience": "readers", "list_id": "f00d"}
KEYS = ["run_id", "list_id"]


def at(day: int) -> datetime:
    """A day of one month."""
    return datetime(2026, 11, day)  # noqa: DTZ001 - UTC without a zone, as in the warehouse


def after(name: str, row: Row, columns: str, warehouse: InMemory) -> list[tuple[Any, ...]]:
    """These columns of the ledger, after a statement has seen one row."""
    warehouse.given("loader_ledger", row)
    warehouse.run(name, in_flight=IN_FLIGHT)
    return warehouse.rows(f"select {columns} from loader_ledger")


@pytest.mark.parametrize(
    ("claim_state", "pre_existing", "expected"),
    [
        ("reclaim", True, True),
        ("reclaim", False, False),
        ("first_claim", True, None),
        ("first_claim", False, None),
    ],
)
def test_who_was_claimed_and_not_sent_is_what_they_were_before(
    *, claim_state: str, pre_existing: bool, expected: bool | None, warehouse: InMemory
) -> None:
    row = {**CLAIMED, "claim_state": claim_state, "pre_existing": pre_existing}
    found = after("acks/release_claims", row, "is_managed, pre_existing, claim_state", warehouse)
    assert found == [(False, expected, None)]


def test_who_was_not_claimed_is_not_given_back(warehouse: InMemory) -> None:
    row = {**CLAIMED, "claim_state": None}
    found = after("acks/release_claims", row, "is_managed, pre_existing, claim_state", warehouse)
    assert found == [(True, True, None)]


@pytest.mark.parametrize("column", KEYS)
def test_the_claims_of_another_run_are_not_given_back(column: str, warehouse: InMemory) -> None:
    row = other(CLAIMED, column)
    found = after("acks/release_claims", row, "is_managed, pre_existing, claim_state", warehouse)
    assert found == [(True, True, "reclaim")]


def test_who_was_given_back_and_never_answered_for_is_not_known(warehouse: InMemory) -> None:
    row = {**CLAIMED, "is_managed": False, "pre_existing": None}
    found = after("acks/delete_unattempted", row, "email_address", warehouse)
    assert found == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        pytest.param("is_managed", True, id="is_managed"),
        pytest.param("pre_existing", False, id="known from before"),
        pytest.param("outcome", "held", id="answered for"),
        pytest.param("run_id", "run 1", id="of another run"),
        pytest.param("list_id", "beef", id="of another list"),
    ],
)
def test_everybody_else_stays_known(column: str, value: object, warehouse: InMemory) -> None:
    row = {**CLAIMED, "is_managed": False, "pre_existing": None, column: value}
    assert after("acks/delete_unattempted", row, "email_address", warehouse) == [(ANN,)]


@pytest.mark.parametrize(
    ("claim_state", "pre_existing", "left"),
    [
        pytest.param("first_claim", True, [], id="whom only the claim knew"),
        pytest.param("reclaim", False, [(False, False, None)], id="who was ours before"),
    ],
)
def test_an_archive_that_was_never_sent_leaves_what_there_was(
    *, claim_state: str, pre_existing: bool, left: list[tuple[object, ...]], warehouse: InMemory
) -> None:
    row = {
        **CHANGING,
        "action": "archive",
        "is_managed": True,
        "claim_state": claim_state,
        "pre_existing": pre_existing,
    }
    warehouse.given("loader_ledger", row)
    warehouse.run(*GIVE_BACK, in_flight=IN_FLIGHT)
    assert warehouse.rows("select is_managed, pre_existing, outcome from loader_ledger") == left


@pytest.mark.parametrize("action", ["archive", "change_address"])
def test_who_was_never_sent_there_is_not_on_their_way(action: str, warehouse: InMemory) -> None:
    row = {**CHANGING, "action": action}
    found = after(
        "acks/release_in_flight", row, "action, outcome, reason_code, pending_email", warehouse
    )
    assert found == [(action, None, None, None)]


@pytest.mark.parametrize("column", KEYS)
@pytest.mark.parametrize("action", ["archive", "change_address"])
def test_of_another_run_they_stay_on_their_way(
    action: str, column: str, warehouse: InMemory
) -> None:
    row = {**other(CHANGING, column), "action": action}
    found = after("acks/release_in_flight", row, "outcome, reason_code, pending_email", warehouse)
    assert found == [("unknown", IN_FLIGHT, ANNA)]


@pytest.mark.parametrize("action", ["archive", "change_address"])
def test_what_was_answered_is_not_taken_back(action: str, warehouse: InMemory) -> None:
    row = {**CHANGING, "action": action, "reason_code": ISOLATED_FAILURE}
    found = after("acks/release_in_flight", row, "outcome, reason_code, pending_email", warehouse)
    assert found == [("unknown", ISOLATED_FAILURE, ANNA)]


def test_a_change_of_address_without_a_usable_answer_stays_on_its_way(warehouse: InMemory) -> None:
    warehouse.given("loader_acks", {**ANSWERED, "email_address": ANNA, "outcome": "unknown"})
    found = after(
        "acks/release_in_flight", CHANGING, "outcome, reason_code, pending_email", warehouse
    )
    assert found == [("unknown", IN_FLIGHT, ANNA)]


def test_an_archive_without_a_usable_answer_is_not_on_its_way(warehouse: InMemory) -> None:
    warehouse.given("loader_acks", {**ANSWERED, "email_address": ANNA, "outcome": "unknown"})
    row = {**CHANGING, "action": "archive"}
    found = after("acks/release_in_flight", row, "outcome, reason_code, pending_email", warehouse)
    assert found == [(None, None, None)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("outcome", "rejected"),
        ("email_address", BOB),
        ("run_id", "run 1"),
        ("audience", "others"),
        ("list_id", "beef"),
    ],
)
def test_another_answer_keeps_no_change_on_its_way(
    column: str, value: str, warehouse: InMemory
) -> None:
    unknown = {**ANSWERED, "email_address": ANNA, "outcome": "unknown"}
    warehouse.given("loader_acks", {**unknown, column: value})
    found = after(
        "acks/release_in_flight", CHANGING, "outcome, reason_code, pending_email", warehouse
    )
    assert found == [(None, None, None)]


@pytest.mark.parametrize("claim_state", ["reclaim", "first_claim"])
@pytest.mark.parametrize("pre_existing", [True, False])
def test_what_a_killed_loader_had_claimed_stands(
    *, claim_state: str, pre_existing: bool, warehouse: InMemory
) -> None:
    row = {**CLAIMED, "claim_state": claim_state, "pre_existing": pre_existing}
    found = after(
        "acks/confirm_claims_after_crash", row, "is_managed, pre_existing, claim_state", warehouse
    )
    assert found == [(True, pre_existing, None)]


@pytest.mark.parametrize("column", KEYS)
def test_the_claims_of_another_run_stay_claims(column: str, warehouse: InMemory) -> None:
    found = after(
        "acks/confirm_claims_after_crash", other(CLAIMED, column), "claim_state", warehouse
    )
    assert found == [("reclaim",)]


def test_runs_that_were_killed_are_found_the_oldest_first(warehouse: InMemory) -> None:
    started = {"run 3": at(3), "run 1": at(1), "run 2": at(2)}
    for run_id, started_at in started.items():
        warehouse.given("loader_runs", {**RUNNING, "run_id": run_id, "started_at": started_at})
    assert selected(warehouse, "runs/unfinished") == [
        ("run 1", "f00d"),
        ("run 2", "f00d"),
        ("run 3", "f00d"),
    ]


def test_what_a_killed_run_left_on_a_list_is_found_once_for_all_its_audiences(
    warehouse: InMemory,
) -> None:
    for audience in ("readers", "others"):
        warehouse.given("loader_runs", {**RUNNING, "audience": audience, "started_at": at(1)})
    assert selected(warehouse, "runs/unfinished") == [("run 2", "f00d")]


@pytest.mark.parametrize("name", ["acks/release_claims", "acks/confirm_claims_after_crash"])
def test_the_claims_of_every_audience_of_the_run_are_folded(name: str, warehouse: InMemory) -> None:
    warehouse.given("loader_ledger", other(CLAIMED, "audience"))
    assert after(name, CLAIMED, "claim_state", warehouse) == [(None,), (None,)]


def test_a_run_that_is_finished_was_not_killed(warehouse: InMemory) -> None:
    warehouse.given("loader_runs", {**RUNNING, "started_at": at(1), "finished_at": at(2)})
    assert selected(warehouse, "runs/unfinished") == []


def test_a_killed_run_is_finished_with_what_happened_to_it(warehouse: InMemory) -> None:
    warehouse.given("loader_runs", RUNNING)
    warehouse.run("runs/mark_killed", now=NOW)
    found = warehouse.row("select finished_at, exit_code, message from loader_runs")
    said = "The loader was killed; the next run folded its acknowledgements."
    assert found == (NOW, 4, said)


def test_an_audience_that_a_killed_run_had_finished_keeps_how_it_ended(warehouse: InMemory) -> None:
    warehouse.given("loader_runs", {**RUNNING, "finished_at": at(2), "exit_code": 0})
    warehouse.run("runs/mark_killed", now=NOW)
    assert warehouse.row("select finished_at, exit_code from loader_runs") == (at(2), 0)


@pytest.mark.parametrize("column", KEYS)
def test_other_runs_are_not_abandoned(column: str, warehouse: InMemory) -> None:
    warehouse.given("loader_runs", other(RUNNING, column))
    warehouse.run("runs/mark_killed", now=NOW)
    assert warehouse.rows("select finished_at, exit_code from loader_runs") == [(None, None)]
