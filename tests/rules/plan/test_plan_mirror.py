"""Whom an audience that mirrors its list archives, and whom it leaves there."""

from typing import Any

import pytest

from cases.in_memory import InMemory, Row, relation
from cases.planned import DELTA
from cases.verified_list import AFTER, ANNA, BEFORE, ELSEWHERE, NEW, NOW, OTHERS, ReadWhole

TABLES = {"history": relation("history"), "delta": relation("delta")}
SEEN: Row = {"last_changed": BEFORE, "details_read_at": NOW}
UNHEARD: Row = {"action": "archive", "outcome": "unknown"}


@pytest.fixture
def anna(warehouse: InMemory) -> ReadWhole:
    told = ReadWhole(warehouse)
    warehouse.make("history", email_address="varchar", dbt_valid_to="timestamp")
    warehouse.make(
        "delta",
        list_id="varchar",
        kind="varchar",
        email_address="varchar",
        previous_email="varchar",
    )
    return told


def mirrored(anna: ReadWhole, **values: object) -> list[str]:
    """Who is archived by an audience that mirrors a list, which one other audience feeds."""
    anna.warehouse.make("loader_delta", **DELTA)
    anna.warehouse.run("delta/mirror_archives", **{"selecting": [TABLES], **values})
    return [row[0] for row in anna.warehouse.rows("select email_address from loader_delta")]


def test_a_subscribed_contact_whom_nobody_selects_is_archived(anna: ReadWhole) -> None:
    anna.shown(**SEEN)
    assert mirrored(anna) == [ANNA]


def test_a_contact_of_another_list_is_left_alone(anna: ReadWhole) -> None:
    anna.shown(**SEEN, **ELSEWHERE)
    assert mirrored(anna) == []


def test_it_is_a_row_like_those_of_a_delta(anna: ReadWhole) -> None:
    anna.shown(**SEEN)
    mirrored(anna)
    columns = (
        "audience, list_id, kind, segment, email_address, is_wanted, action, outcome, is_managed"
    )
    row = ("readers", "f00d", "contact", "", ANNA, False, "archive", None, False)
    assert anna.warehouse.row(f"select {columns} from loader_delta") == row


def test_it_brings_what_the_ledger_knows(anna: ReadWhole) -> None:
    told = {
        "pre_existing": True,
        "reason_code": "r",
        "message": "t",
        "payload_hash": "h0",
        "attempts": 2,
    }
    anna.shown(**SEEN)
    anna.believed(**UNHEARD, **told)
    mirrored(anna)
    columns = (
        "pre_existing, is_managed, confirmed_hash, last_action, last_outcome, last_reason_code,"
        " last_message, last_hash, attempts, acked_at"
    )
    row = (True, True, "h1", "archive", "unknown", "r", "t", "h0", 2, NOW)
    assert anna.warehouse.row(f"select {columns} from loader_delta") == row


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(OTHERS, id="another audience"),
        pytest.param(ELSEWHERE, id="another list"),
        pytest.param({"kind": "segment"}, id="another kind"),
        pytest.param({"email_address": NEW}, id="somebody else"),
    ],
)
def test_what_the_ledger_knows_of_others_is_not_hers(anna: ReadWhole, told: Row) -> None:
    anna.shown(**SEEN)
    anna.believed(**told)
    mirrored(anna)
    row = anna.warehouse.row("select email_address, is_managed, confirmed_hash from loader_delta")
    assert row == (ANNA, False, None)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param({"last_changed": NOW, "details_read_at": NOW}, id="in the same second"),
        pytest.param({"last_changed": AFTER, "details_read_at": NOW}, id="since the pull"),
        pytest.param({"last_changed": BEFORE}, id="when no pull had seen them"),
        pytest.param({"details_read_at": NOW}, id="nobody knows when"),
    ],
)
def test_who_may_have_changed_is_left_alone(anna: ReadWhole, seen: Row) -> None:
    anna.shown(**seen)
    anna.believed(**UNHEARD)
    assert mirrored(anna) == []


@pytest.mark.parametrize("told", [{}, OTHERS], ids=["this audience", "another audience"])
def test_whom_any_audience_wants_on_the_list_stays(anna: ReadWhole, told: Row) -> None:
    anna.shown(**SEEN)
    anna.wanted(**told)
    assert mirrored(anna) == []


def test_who_is_wanted_on_another_list_does_not_stay_on_this_one(anna: ReadWhole) -> None:
    anna.shown(**SEEN)
    anna.wanted(**ELSEWHERE)
    assert mirrored(anna) == [ANNA]


def test_who_is_wanted_under_an_old_address_stays(anna: ReadWhole) -> None:
    anna.shown(**SEEN, email_address=NEW)
    anna.moved(**OTHERS)
    assert mirrored(anna) == []


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(ELSEWHERE, id="on another list"),
        pytest.param({"drift_type": "status_changed"}, id="of something else"),
        pytest.param({"actual": None}, id="without an address"),
    ],
)
def test_a_note_that_is_no_change_of_address_keeps_nobody(anna: ReadWhole, told: Row) -> None:
    anna.shown(**SEEN, email_address=NEW)
    anna.moved(**told)
    assert mirrored(anna) == [NEW]


def test_whom_an_audience_selects_without_consent_stays(anna: ReadWhole) -> None:
    anna.shown(**SEEN)
    anna.warehouse.given("history", {"email_address": ANNA})
    assert mirrored(anna) == []


def test_whom_an_audience_selected_once_does_not_stay(anna: ReadWhole) -> None:
    anna.shown(**SEEN)
    anna.warehouse.given("history", {"email_address": ANNA, "dbt_valid_to": BEFORE})
    assert mirrored(anna) == [ANNA]


OWED: Row = {"list_id": "f00d", "kind": "contact", "email_address": ANNA}


def test_of_whom_something_is_owed_is_left_to_that(anna: ReadWhole) -> None:
    anna.shown(**SEEN)
    anna.warehouse.given("delta", OWED)
    assert mirrored(anna) == []


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(ELSEWHERE, id="on another list"),
        pytest.param({"kind": "tag"}, id="only a tag"),
        pytest.param({"email_address": NEW}, id="of somebody else"),
    ],
)
def test_what_is_owed_otherwise_keeps_nobody(anna: ReadWhole, told: Row) -> None:
    anna.shown(**SEEN)
    anna.warehouse.given("delta", {**OWED, **told})
    assert mirrored(anna) == [ANNA]


def test_whose_address_is_about_to_change_stays_under_the_old_one(anna: ReadWhole) -> None:
    anna.shown(**SEEN)
    anna.warehouse.given("delta", {**OWED, "email_address": NEW, "previous_email": ANNA})
    assert mirrored(anna) == []


def test_each_audience_that_selects_is_asked(anna: ReadWhole) -> None:
    anna.shown(**SEEN)
    anna.warehouse.make("history of others", email_address="varchar", dbt_valid_to="timestamp")
    anna.warehouse.given("history of others", {"email_address": ANNA})
    others = {**TABLES, "history": relation("history of others")}
    assert mirrored(anna, selecting=[others, TABLES]) == []


@pytest.mark.parametrize("status", ["unsubscribed", "cleaned", "archived", "transactional"])
def test_whose_archiving_was_not_heard_of_is_archived_again(anna: ReadWhole, status: str) -> None:
    anna.shown(status=status)
    anna.believed(**UNHEARD)
    assert mirrored(anna) == [ANNA]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        pytest.param("pending", UNHEARD, id="who has not said yes yet"),
        pytest.param("archived", {**UNHEARD, "outcome": "accepted"}, id="who was archived"),
        pytest.param("archived", {**UNHEARD, "action": "upsert"}, id="who was to be changed"),
        pytest.param("archived", {**UNHEARD, **OTHERS}, id="whom another audience archived"),
        pytest.param("archived", {**UNHEARD, **ELSEWHERE}, id="who was archived on another list"),
        pytest.param("archived", {**UNHEARD, "kind": "tag"}, id="whose tag was taken off"),
    ],
)
def test_who_does_not_get_mail_is_left_alone(
    anna: ReadWhole, status: str, told: dict[str, Any]
) -> None:
    anna.shown(status=status, **SEEN)
    anna.believed(**told)
    assert mirrored(anna) == []
