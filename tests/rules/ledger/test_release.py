"""What an audience gives up, and what it is found to have under another address."""

import pytest

from cases.contact_rows import ANN, ANNA, BOB, KNOWN, NOW, other, selected
from cases.in_memory import InMemory, Row, relation
from loader.model.reasons import IN_FLIGHT, ISOLATED_FAILURE

GIVEN: Row = {**KNOWN, "kind": "segment", "segment": "Gold"}
CONFIRMED: Row = {**KNOWN, "is_managed": True, "confirmed_hash": "old"}
TOLD: Row = {
    **KNOWN,
    "action": "change_address",
    "outcome": "unknown",
    "reason_code": IN_FLIGHT,
    "pending_email": ANNA,
}
DRIFTED: Row = {
    "list_id": "f00d",
    "audience": "readers",
    "drift_type": "email_changed",
    "email_address": ANN,
    "actual": ANNA,
}
SHOWN: Row = {"list_id": "f00d", "email_address": ANNA}
SENT: Row = {**KNOWN, "is_managed": True}
NOTHING_KEPT = {"keeps_contacts": False, "keeps_tags": False, "named_segments": ()}


def is_let_go(row: Row, warehouse: InMemory, **kept: object) -> bool:
    """Whether the audience gives up a row, where nothing is kept but what is said."""
    warehouse.given("loader_ledger", row)
    warehouse.run("ledger/release", **{**NOTHING_KEPT, **kept})
    return warehouse.row("select count(*) from loader_ledger") == (0,)


@pytest.fixture
def planned(warehouse: InMemory) -> InMemory:
    """A plan that takes out nobody."""
    warehouse.make("loader_plan", kind="varchar", segment="varchar", email_address="varchar")
    return warehouse


@pytest.mark.parametrize(
    ("kind", "kept", "expected"),
    [
        ("contact", {"keeps_contacts": False}, True),
        ("contact", {"keeps_contacts": True}, False),
        ("permissions", {"keeps_contacts": False}, True),
        ("permissions", {"keeps_contacts": True}, False),
        ("tag", {"keeps_tags": False}, True),
        ("tag", {"keeps_tags": True}, False),
        ("segment", {"named_segments": ()}, True),
        ("segment", {"named_segments": ("silver",)}, True),
        ("segment", {"named_segments": ("silver", "gold")}, False),
        ("tag", {"named_segments": ("gold",)}, False),
    ],
    ids=str,
)
def test_an_audience_lets_go_of_what_it_does_not_keep(
    *, kind: str, kept: Row, expected: bool, planned: InMemory
) -> None:
    assert is_let_go({**GIVEN, "kind": kind}, planned, **kept) is expected


@pytest.mark.parametrize("column", ["list_id", "audience"])
@pytest.mark.parametrize("kind", ["contact", "permissions", "segment", "tag"])
def test_it_lets_go_of_nothing_that_is_elsewhere(kind: str, column: str, planned: InMemory) -> None:
    assert not is_let_go(other({**GIVEN, "kind": kind}, column), planned)


def test_whom_we_archived_is_not_let_go(planned: InMemory) -> None:
    assert not is_let_go({**KNOWN, "archived_at": NOW}, planned)


def test_what_the_plan_takes_out_is_not_let_go_before(planned: InMemory) -> None:
    planned.given("loader_plan", {"kind": "segment", "segment": "Gold", "email_address": ANN})
    assert not is_let_go(GIVEN, planned)


@pytest.mark.parametrize("column", ["kind", "segment", "email_address"])
def test_what_the_plan_takes_out_beside_it_keeps_nothing(column: str, planned: InMemory) -> None:
    place = {"kind": "segment", "segment": "Gold", "email_address": ANN}
    planned.given("loader_plan", other(place, column))
    assert is_let_go(GIVEN, planned)


@pytest.mark.parametrize("kind", ["contact", "permissions", "segment", "tag"])
def test_of_a_list_that_is_gone_an_audience_has_nothing(kind: str, warehouse: InMemory) -> None:
    warehouse.given("loader_ledger", {**KNOWN, "kind": kind, "archived_at": NOW})
    warehouse.run("ledger/release_list")
    assert warehouse.rows("select * from loader_ledger") == []


@pytest.mark.parametrize("column", ["list_id", "audience"])
def test_elsewhere_no_list_is_gone(column: str, warehouse: InMemory) -> None:
    warehouse.given("loader_ledger", other(KNOWN, column))
    warehouse.run("ledger/release_list")
    assert warehouse.row("select count(*) from loader_ledger") == (1,)


@pytest.mark.parametrize("audience", ["readers", "others"])
@pytest.mark.parametrize("kind", ["segment", "tag"])
@pytest.mark.parametrize("segment", ["Gold", "gold", "GOLD"])
def test_a_segment_that_is_made_anew_has_nobody_in_it(
    audience: str, kind: str, segment: str, warehouse: InMemory
) -> None:
    place = {**GIVEN, "audience": audience, "kind": kind, "segment": segment}
    confirmed = {"is_managed": True, "confirmed_hash": "old", "pre_existing": True}
    warehouse.given("loader_ledger", {**place, **confirmed})
    warehouse.run("ledger/clear_segment", segment="Gold")
    found = warehouse.row("select is_managed, confirmed_hash, pre_existing from loader_ledger")
    assert found == (False, None, True)


@pytest.mark.parametrize(
    ("column", "value"), [("list_id", "beef"), ("kind", "contact"), ("segment", "Silver")]
)
def test_another_segment_has_in_it_whom_it_had(
    column: str, value: str, warehouse: InMemory
) -> None:
    place = {**GIVEN, column: value}
    warehouse.given("loader_ledger", {**place, "is_managed": True, "confirmed_hash": "old"})
    warehouse.run("ledger/clear_segment", segment="Gold")
    assert warehouse.row("select is_managed, confirmed_hash from loader_ledger") == (True, "old")


def refreshed(row: Row, warehouse: InMemory) -> tuple[object, ...]:
    """What is known to have been sent and confirmed, after a historical refresh."""
    warehouse.given("loader_ledger", row)
    warehouse.run("ledger/refresh_contacts")
    return warehouse.row(
        "select is_managed, coalesce(confirmed_hash, resend_reason) from loader_ledger"
    )


@pytest.mark.parametrize("kind", ["contact", "tag", "permissions"])
def test_a_historical_refresh_owes_again_what_was_confirmed(kind: str, warehouse: InMemory) -> None:
    assert refreshed({**CONFIRMED, "kind": kind}, warehouse) == (True, "historical_refresh")


@pytest.mark.parametrize(
    ("column", "value"), [("kind", "segment"), ("list_id", "beef"), ("audience", "others")]
)
def test_a_historical_refresh_leaves_the_rest_confirmed(
    column: str, value: str, warehouse: InMemory
) -> None:
    assert refreshed({**CONFIRMED, column: value}, warehouse) == (True, "old")


def test_a_historical_refresh_owes_nothing_that_was_not_confirmed(warehouse: InMemory) -> None:
    assert refreshed({**CONFIRMED, "confirmed_hash": None}, warehouse) == (True, None)


def pending_address_changes(warehouse: InMemory, **rows: list[Row]) -> list[tuple[object, ...]]:
    """The changes of address that may have been done, where the tables have these rows."""
    warehouse.make("history", email_address="varchar", dbt_valid_to="timestamp")
    for table, given in rows.items():
        warehouse.given(table, *given)
    knowing = [{"audience": "readers", "history": relation("history")}]
    values = {"in_flight": IN_FLIGHT, "knowing": knowing}
    return selected(warehouse, "ledger/pending_address_changes", **values)


@pytest.mark.parametrize("audience", ["readers", "others"])
def test_a_change_that_was_told_is_open_once_the_list_has_the_new_address(
    audience: str, warehouse: InMemory
) -> None:
    told = {**TOLD, "audience": audience}
    found = pending_address_changes(warehouse, loader_ledger=[told], mailchimp_members=[SHOWN])
    assert found == [(ANN, ANNA)]


def test_a_change_that_two_audiences_told_is_one(warehouse: InMemory) -> None:
    told = [TOLD, other(TOLD, "audience")]
    found = pending_address_changes(warehouse, loader_ledger=told, mailchimp_members=[SHOWN])
    assert found == [(ANN, ANNA)]


@pytest.mark.parametrize("column", ["list_id", "email_address"])
def test_a_change_is_not_open_where_the_list_has_not_the_new_address(
    column: str, warehouse: InMemory
) -> None:
    shown = other(SHOWN, column)
    found = pending_address_changes(warehouse, loader_ledger=[TOLD], mailchimp_members=[shown])
    assert found == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "tag"),
        ("action", "upsert"),
        ("outcome", "accepted"),
        ("reason_code", ISOLATED_FAILURE),
    ],
)
def test_what_is_no_change_on_its_way_is_not_open(
    column: str, value: str, warehouse: InMemory
) -> None:
    told = {**TOLD, column: value}
    found = pending_address_changes(warehouse, loader_ledger=[told], mailchimp_members=[SHOWN])
    assert found == []


def test_a_change_that_was_told_of_another_list_is_not_open(warehouse: InMemory) -> None:
    told, shown = other(TOLD, "list_id"), other(SHOWN, "list_id")
    found = pending_address_changes(warehouse, loader_ledger=[told], mailchimp_members=[shown])
    assert found == []


def by_hand(*elsewhere: str) -> dict[str, list[Row]]:
    """A change that somebody made in Mailchimp, of an audience that knows the new address."""
    rows = {"loader_drift": DRIFTED, "mailchimp_members": SHOWN, "loader_ledger": SENT}
    found = {
        table: [other(row, *(one for one in elsewhere if one in row))]
        for table, row in rows.items()
    }
    return {**found, "history": [{"email_address": ANNA}]}


def test_a_change_by_hand_is_open_once_the_audience_knows_the_new_address(
    warehouse: InMemory,
) -> None:
    assert pending_address_changes(warehouse, **by_hand()) == [(ANN, ANNA)]


def test_a_change_that_was_told_and_is_found_by_hand_is_one(warehouse: InMemory) -> None:
    told = [{**TOLD, "is_managed": True}]
    assert pending_address_changes(warehouse, **{**by_hand(), "loader_ledger": told}) == [
        (ANN, ANNA)
    ]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("loader_drift", "list_id", "beef"),
        ("loader_drift", "audience", "others"),
        ("loader_drift", "drift_type", "missing"),
        ("mailchimp_members", "list_id", "beef"),
        ("mailchimp_members", "email_address", BOB),
        ("history", "email_address", BOB),
        ("history", "dbt_valid_to", NOW),
        ("loader_ledger", "list_id", "beef"),
        ("loader_ledger", "audience", "others"),
        ("loader_ledger", "email_address", BOB),
        ("loader_ledger", "kind", "tag"),
        ("loader_ledger", "is_managed", False),
    ],
)
def test_a_change_by_hand_is_open_only_where_all_agree(
    table: str, column: str, value: object, warehouse: InMemory
) -> None:
    rows = by_hand()
    rows[table] = [{**row, column: value} for row in rows[table]]
    assert pending_address_changes(warehouse, **rows) == []


@pytest.mark.parametrize("column", ["list_id"])
def test_a_change_by_hand_elsewhere_is_not_open_here(column: str, warehouse: InMemory) -> None:
    assert pending_address_changes(warehouse, **by_hand(column)) == []
