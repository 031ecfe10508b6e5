"""A contact whose address Mailchimp changed keeps what is known of her."""

from typing import Any

import pytest

from cases.contact_rows import ANN, ANNA, ANSWERED, BOB, KNOWN, make_changed, other
from cases.in_memory import InMemory, Row
from loader.model.reasons import IN_FLIGHT, ISOLATED_FAILURE, NOT_ON_LIST
from loader.warehouse.records.apply_acks import ADDRESS_CHANGE_STATEMENTS

CHANGE = {"action": "change_address", "outcome": "unknown", "reason_code": IN_FLIGHT}
CHANGE |= {"pending_email": ANNA}
CLAIM: Row = {**KNOWN, **CHANGE, "run_id": "run 2"}
ANSWER: Row = {**ANSWERED, "email_address": ANNA, "action": "change_address"}
UNDER_BOTH: Row = {**KNOWN, "kind": "segment", "segment": "readers"}


def changes(warehouse: InMemory) -> list[tuple[Any, ...]]:
    """Whose address a run changed."""
    values = {"in_flight": IN_FLIGHT, "not_on_list": NOT_ON_LIST}
    warehouse.run("acks/address_changes_of_run", **values)
    return warehouse.rows("select previous_email, email_address, is_gone from loader_changed")


@pytest.fixture
def changed(warehouse: InMemory) -> InMemory:
    """A run changed the address of one contact of the list."""
    make_changed(warehouse, (ANN, ANNA, False))
    return warehouse


@pytest.fixture
def gone(warehouse: InMemory) -> InMemory:
    """A run would have changed the address of a contact that was not there."""
    make_changed(warehouse, (ANN, ANNA, True))
    return warehouse


@pytest.mark.parametrize(
    ("outcome", "reason_code", "expected"),
    [
        ("accepted", None, [(ANN, ANNA, False)]),
        ("held", None, [(ANN, ANNA, False)]),
        ("held", "pending", [(ANN, ANNA, False)]),
        ("held", NOT_ON_LIST, [(ANN, ANNA, True)]),
        ("rejected", "400", []),
        ("invalid", "400", []),
        ("unknown", ISOLATED_FAILURE, []),
    ],
)
def test_an_address_has_changed_when_mailchimp_says_what_became_of_it(
    outcome: str, reason_code: str | None, expected: list[tuple[Any, ...]], warehouse: InMemory
) -> None:
    warehouse.given("loader_ledger", CLAIM)
    warehouse.given("loader_acks", {**ANSWER, "outcome": outcome, "reason_code": reason_code})
    assert changes(warehouse) == expected


@pytest.mark.parametrize(
    ("beside", "status"), [((), "cleaned"), (("list_id",), None), (("email_address",), None)]
)
def test_the_status_is_the_one_that_the_list_showed_under_the_old_address(
    beside: tuple[str, ...], status: str | None, warehouse: InMemory
) -> None:
    seen = {"list_id": "f00d", "email_address": ANN, "status": "cleaned"}
    warehouse.given("mailchimp_members", other(seen, *beside))
    warehouse.given("loader_ledger", CLAIM)
    warehouse.given("loader_acks", ANSWER)
    assert changes(warehouse) == [(ANN, ANNA, False)]
    assert warehouse.rows("select status from loader_changed") == [(status,)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "segment"),
        ("action", "upsert"),
        ("outcome", "accepted"),
        ("reason_code", ISOLATED_FAILURE),
        ("reason_code", None),
        ("pending_email", BOB),
        ("list_id", "beef"),
        ("audience", "others"),
        ("run_id", "run 1"),  # told then, and held now without being told again
    ],
)
def test_without_a_claim_of_the_change_no_address_has_changed(
    column: str, value: str | None, warehouse: InMemory
) -> None:
    warehouse.given("loader_ledger", {**CLAIM, column: value})
    warehouse.given("loader_acks", ANSWER)
    assert changes(warehouse) == []


@pytest.mark.parametrize("column", ["run_id", "list_id", "audience", "email_address"])
def test_the_answer_of_another_run_changes_no_address(column: str, warehouse: InMemory) -> None:
    warehouse.given("loader_ledger", CLAIM)
    warehouse.given("loader_acks", other(ANSWER, column))
    assert changes(warehouse) == []


def test_the_answer_to_another_write_changes_no_address(warehouse: InMemory) -> None:
    warehouse.given("loader_ledger", CLAIM)
    warehouse.given("loader_acks", {**ANSWER, "action": "upsert"})
    assert changes(warehouse) == []


@pytest.mark.parametrize("column", ["list_id", "run_id"])
def test_a_change_elsewhere_is_folded_there(column: str, warehouse: InMemory) -> None:
    warehouse.given("loader_ledger", other(CLAIM, column))
    warehouse.given("loader_acks", other(ANSWER, column))
    assert changes(warehouse) == []


def test_changes_of_an_earlier_run_are_followed_as_they_are_told(warehouse: InMemory) -> None:
    told = [("o'neil@shop.de", ANN), (ANNA, BOB)]
    warehouse.run("acks/address_changes_of_earlier_run", changes=told)
    found = warehouse.rows("select previous_email, email_address, is_gone from loader_changed")
    assert found == [("o'neil@shop.de", ANN, False), (ANNA, BOB, False)]


@pytest.mark.parametrize("case", ["changed", "gone"])
def test_the_list_has_nobody_under_the_old_address(
    case: str, request: pytest.FixtureRequest
) -> None:
    warehouse: InMemory = request.getfixturevalue(case)
    warehouse.given("mailchimp_members", {"list_id": "f00d", "email_address": ANN})
    warehouse.run("acks/delete_old_member")
    assert warehouse.rows("select * from mailchimp_members") == []


@pytest.mark.parametrize(
    ("list_id", "email_address"),
    [
        pytest.param("beef", ANN, id="on another list"),
        pytest.param("f00d", ANNA, id="under the new address"),
        pytest.param("f00d", BOB, id="somebody else"),
    ],
)
def test_other_members_are_where_they_were(
    list_id: str, email_address: str, changed: InMemory
) -> None:
    changed.given("mailchimp_members", {"list_id": list_id, "email_address": email_address})
    changed.run("acks/delete_old_member")
    found = changed.rows("select list_id, email_address from mailchimp_members")
    assert found == [(list_id, email_address)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (True, True, True),
        (True, False, True),
        (False, True, True),
        (True, None, True),
        (None, True, True),
        (False, False, False),
        (None, None, False),
    ],
)
def test_who_was_sent_under_either_address_was_sent(
    *, old: bool | None, new: bool | None, expected: bool, changed: InMemory
) -> None:
    changed.given("loader_ledger", {**UNDER_BOTH, "is_managed": old})
    changed.given("loader_ledger", {**UNDER_BOTH, "email_address": ANNA, "is_managed": new})
    changed.run("acks/merge_address_state")
    query = f"select is_managed from loader_ledger where email_address = '{ANN}'"
    assert changed.row(query) == (expected,)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("reclaim", None, "reclaim"),
        (None, "reclaim", "reclaim"),
        ("reclaim", "first_claim", "first_claim"),
        (None, None, None),
    ],
)
def test_a_claim_under_the_new_address_goes_before_one_under_the_old(
    old: str | None, new: str | None, expected: str | None, changed: InMemory
) -> None:
    changed.given("loader_ledger", {**UNDER_BOTH, "claim_state": old})
    changed.given("loader_ledger", {**UNDER_BOTH, "email_address": ANNA, "claim_state": new})
    changed.run("acks/merge_address_state")
    query = f"select claim_state from loader_ledger where email_address = '{ANN}'"
    assert changed.row(query) == (expected,)


MISFITS = [  # what one of the two rows has instead, the other being as it is
    *((address, column) for address in (ANN, ANNA) for column in ("list_id", "audience")),
    *((address, column) for address in (ANN, ANNA) for column in ("kind", "segment")),
    (ANN, "email_address"),
    (ANNA, "email_address"),
]


def under_both_but(warehouse: InMemory, address: str, column: str) -> None:
    """Put in a row under each address, but one of them is about something else."""
    for own, sent in ((ANN, False), (ANNA, True)):
        row = {**UNDER_BOTH, "email_address": own, "is_managed": sent}
        warehouse.given("loader_ledger", other(row, column) if own == address else row)


@pytest.mark.parametrize(("address", "column"), MISFITS)
def test_what_is_known_of_something_else_is_not_carried_over(
    address: str, column: str, changed: InMemory
) -> None:
    under_both_but(changed, address, column)
    changed.run("acks/merge_address_state")
    assert changed.rows("select is_managed from loader_ledger order by is_managed") == [
        (False,),
        (True,),
    ]


@pytest.mark.parametrize(("address", "column"), MISFITS)
def test_what_is_known_of_something_else_need_not_make_room(
    address: str, column: str, changed: InMemory
) -> None:
    under_both_but(changed, address, column)
    changed.run("acks/delete_superseded")
    assert changed.row("select count(*) from loader_ledger") == (2,)


def test_the_new_address_makes_room_for_the_same_from_the_old(changed: InMemory) -> None:
    changed.given("loader_ledger", UNDER_BOTH, {**UNDER_BOTH, "email_address": ANNA})
    changed.run("acks/delete_superseded")
    assert changed.rows("select email_address from loader_ledger") == [(ANN,)]


@pytest.mark.parametrize("audience", ["readers", "others"])
@pytest.mark.parametrize("kind", ["contact", "segment", "tag", "permissions"])
def test_what_every_audience_of_the_list_knows_follows_the_contact(
    audience: str, kind: str, changed: InMemory
) -> None:
    changed.given("loader_ledger", {**KNOWN, "audience": audience, "kind": kind})
    changed.run("acks/rename_address", in_flight=IN_FLIGHT)
    found = changed.row("select audience, kind, email_address from loader_ledger")
    assert found == (audience, kind, ANNA)


@pytest.mark.parametrize("column", ["list_id", "email_address"])
def test_nobody_else_follows(column: str, changed: InMemory) -> None:
    stays = other(CLAIM, column)
    changed.given("loader_ledger", stays)
    changed.run("acks/rename_address", in_flight=IN_FLIGHT)
    query = "select email_address, outcome, reason_code, pending_email from loader_ledger"
    assert changed.row(query) == (stays["email_address"], "unknown", IN_FLIGHT, ANNA)


def test_the_claim_of_a_change_has_served_once_it_is_followed(changed: InMemory) -> None:
    changed.given("loader_ledger", CLAIM)
    changed.run("acks/rename_address", in_flight=IN_FLIGHT)
    found = changed.row("select action, outcome, reason_code, pending_email from loader_ledger")
    assert found == ("change_address", "accepted", None, None)


@pytest.mark.parametrize(
    ("action", "outcome", "reason_code"),
    [
        pytest.param("archive", "unknown", IN_FLIGHT, id="an archive in_flight"),
        pytest.param("change_address", "unknown", ISOLATED_FAILURE, id="a change that failed"),
        pytest.param("upsert", "rejected", "400", id="a refusal"),
        pytest.param(None, None, None, id="nothing yet"),
    ],
)
def test_what_else_was_answered_follows_as_it_is(
    action: str | None, outcome: str | None, reason_code: str | None, changed: InMemory
) -> None:
    known = {"action": action, "outcome": outcome, "reason_code": reason_code}
    known |= {"pending_email": "Said."}
    changed.given("loader_ledger", {**KNOWN, **known})
    changed.run("acks/rename_address", in_flight=IN_FLIGHT)
    found = changed.row("select outcome, reason_code, pending_email from loader_ledger")
    assert found == (outcome, reason_code, "Said.")


@pytest.mark.parametrize(
    "name", ["acks/merge_address_state", "acks/delete_superseded", "acks/rename_address"]
)
def test_of_who_was_not_there_all_stays_as_it_is(name: str, gone: InMemory) -> None:
    gone.given("loader_ledger", {**CLAIM, "is_managed": False})
    gone.given("loader_ledger", {**KNOWN, "email_address": ANNA, "is_managed": True})
    gone.run(name, in_flight=IN_FLIGHT)
    found = gone.rows(
        "select email_address, is_managed, outcome from loader_ledger order by is_managed"
    )
    assert found == [(ANN, False, "unknown"), (ANNA, True, None)]


def test_who_follows_has_one_row_and_was_sent_if_any_was(changed: InMemory) -> None:
    changed.given("loader_ledger", {**UNDER_BOTH, "confirmed_hash": "old", "is_managed": False})
    joined = {**UNDER_BOTH, "email_address": ANNA, "confirmed_hash": "new", "is_managed": True}
    changed.given("loader_ledger", joined)
    changed.run(*ADDRESS_CHANGE_STATEMENTS, in_flight=IN_FLIGHT)
    found = changed.rows("select email_address, confirmed_hash, is_managed from loader_ledger")
    assert found == [(ANNA, "old", True)]
