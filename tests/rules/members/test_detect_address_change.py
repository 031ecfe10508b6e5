"""Who is found under another address on a list, and who is not."""

from datetime import datetime

import pytest

from cases.in_memory import InMemory, Row, relation

NOW = datetime(2026, 11, 29)  # noqa: DTZ001 - UTC without a zone, as in the warehouse
OLD, NEW, OTHER = "old@shop.de", "new@shop.de", "other@shop.de"
OURS: Row = {"list_id": "f00d", "audience": "readers", "kind": "contact", "email_address": OLD}
SEEN: Row = {"list_id": "f00d", "email_address": OLD, "contact_id": "c1"}


def found(warehouse: InMemory) -> list[tuple[object, ...]]:
    """The changes of address that are noted of pages that were read."""
    warehouse.run("members/detect_address_change", pages=relation("pages"), now=NOW)
    return warehouse.rows("select audience, expected, actual, is_manual_change from loader_drift")


@pytest.fixture
def ours(warehouse: InMemory) -> InMemory:
    """A contact of ours, whom the list showed under one address."""
    warehouse.make("pages", email_address="varchar", contact_id="varchar")
    warehouse.given("loader_ledger", {**OURS, "is_managed": True})
    warehouse.given("mailchimp_members", SEEN)
    return warehouse


def test_a_contact_of_ours_that_is_shown_under_another_address_alone_has_moved(
    ours: InMemory,
) -> None:
    ours.given("pages", {"email_address": NEW, "contact_id": "c1"})
    assert found(ours) == [("readers", OLD, NEW, True)]


def test_who_is_shown_under_the_old_address_too_has_not_moved(ours: InMemory) -> None:
    ours.given("pages", {"email_address": NEW, "contact_id": "c1"})
    ours.given("pages", {"email_address": OLD, "contact_id": "c2"})
    assert found(ours) == []


def test_another_contact_under_another_address_is_somebody_else(ours: InMemory) -> None:
    ours.given("pages", {"email_address": NEW, "contact_id": "c2"})
    assert found(ours) == []


def test_who_was_never_sent_is_nobody_of_ours(warehouse: InMemory) -> None:
    warehouse.make("pages", email_address="varchar", contact_id="varchar")
    warehouse.given("loader_ledger", {**OURS, "is_managed": False})
    warehouse.given("mailchimp_members", SEEN)
    warehouse.given("pages", {"email_address": NEW, "contact_id": "c1"})
    assert found(warehouse) == []


def test_a_change_that_a_sync_told_itself_is_none_by_hand(ours: InMemory) -> None:
    told = {"action": "change_address", "outcome": "unknown", "pending_email": NEW}
    ours.given("loader_ledger", {**OURS, "audience": "others", **told})
    ours.given("pages", {"email_address": NEW, "contact_id": "c1"})
    assert found(ours) == []


def test_what_is_noted_already_is_not_noted_again(ours: InMemory) -> None:
    ours.given("pages", {"email_address": NEW, "contact_id": "c1"})
    assert found(ours) == found(ours)


def test_what_is_noted_of_one_audience_is_noted_of_another_too(ours: InMemory) -> None:
    noted = {"list_id": "f00d", "audience": "others", "drift_type": "email_changed"}
    ours.given("loader_drift", {**noted, "email_address": OLD, "expected": OLD, "actual": NEW})
    ours.given("pages", {"email_address": NEW, "contact_id": "c1"})
    assert [audience for audience, *_ in found(ours)] == ["others", "readers"]


def test_who_moves_again_is_found_under_the_last_address(ours: InMemory) -> None:
    noted = {"list_id": "f00d", "audience": "readers", "drift_type": "email_changed"}
    ours.given("loader_drift", {**noted, "email_address": OLD, "actual": NEW})
    ours.given("mailchimp_members", {**SEEN, "email_address": NEW, "contact_id": "c1"})
    ours.given("pages", {"email_address": OTHER, "contact_id": "c1"})
    ours.run("members/extend_address_change", pages=relation("pages"))
    assert ours.rows("select email_address, actual from loader_drift") == [(OLD, OTHER)]


@pytest.mark.parametrize(
    ("outcome", "contact_id", "is_unknown"),
    [
        ("accepted", None, True),
        ("held", None, True),  # asked for a confirmation, and on the list
        ("rejected", None, False),
        ("accepted", "c1", False),
        ("held", "c1", False),
    ],
)
def test_who_was_put_on_the_list_is_read_to_be_known_under_another_address(
    warehouse: InMemory,
    outcome: str,
    contact_id: str | None,
    is_unknown: bool,  # noqa: FBT001 - a parameter
) -> None:
    ack = {"action": "upsert", "run_id": "run 2", "audience": "readers", "outcome": outcome}
    warehouse.given("loader_acks", {**ack, "list_id": "f00d", "email_address": OLD})
    warehouse.given("mailchimp_members", {**SEEN, "contact_id": contact_id})
    assert warehouse.found("members/not_identified") == [(is_unknown,)]
