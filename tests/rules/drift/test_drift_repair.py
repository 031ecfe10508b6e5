"""What becomes of a difference: it is kept until it is not so any more, and the ledger heals it."""

from typing import Any

import pytest

from cases.in_memory import Row
from cases.verified_list import AFTER, ANNA, ELSEWHERE, NEW, NOW, OTHERS, ReadWhole
from loader.warehouse.rules.drift import repairs

STATUS: Row = {
    "kind": "contact",
    "segment": "",
    "email_address": ANNA,
    "drift_type": "status_changed",
    "field": None,
    "expected": "subscribed",
    "actual": "cleaned",
    "is_manual_change": True,
}


def find(anna: ReadWhole, **told: Any) -> None:  # noqa: ANN401 - whatever a column holds
    """This is found, and nothing else."""
    columns = dict.fromkeys(STATUS, "varchar")
    anna.warehouse.make("drift_found", **{**columns, "is_manual_change": "boolean"})
    anna.warehouse.given("drift_found", {**STATUS, **told})


def kept(anna: ReadWhole, **told: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - of any column
    """The drift that is kept when this is found now: when it was found, and when healed."""
    find(anna, **told)
    anna.warehouse.run("drift/clear", "drift/save", now=AFTER)
    return anna.warehouse.rows("select found_at, healed_at from loader_drift order by 1, 2")


def test_what_is_found_is_kept_with_whose_it_is_and_when_it_was_found(anna: ReadWhole) -> None:
    kept(anna)
    rows = anna.warehouse.rows("select * from loader_drift")
    assert rows == [("readers", "f00d", *STATUS.values(), AFTER, None)]


KNOWN: Row = {**STATUS, "found_at": NOW, "healed_at": NOW}


def test_what_a_person_decided_and_is_noted_is_not_found_again(anna: ReadWhole) -> None:
    anna.noted(**KNOWN)
    assert kept(anna) == [(NOW, NOW)]


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"is_manual_change": False}, id="nobody decided it"),
        pytest.param({"healed_at": None}, id="no sync knows it yet"),
        pytest.param({"email_address": NEW}, id="it is somebody else's"),
        pytest.param({"drift_type": "email_changed"}, id="it is another drift"),
        pytest.param({"kind": "permissions"}, id="it is of another kind"),
        pytest.param({"field": "mail"}, id="it is of another field"),
        pytest.param({"actual": "unsubscribed"}, id="it was otherwise"),
        pytest.param({"actual": None}, id="nothing was found"),
    ],
)
def test_what_was_found_before_is_news_again_when(anna: ReadWhole, told: Row) -> None:
    anna.noted(**{**KNOWN, **told})
    assert kept(anna) == [(AFTER, None)]


def test_a_decision_on_a_field_is_noted_once(anna: ReadWhole) -> None:
    permission = {"kind": "permissions", "drift_type": "permission_changed", "field": "mail"}
    anna.noted(**{**KNOWN, **permission})
    assert kept(anna, **permission) == [(NOW, NOW)]


def test_a_decision_for_no_value_is_noted_once(anna: ReadWhole) -> None:
    anna.noted(**{**KNOWN, "actual": None})
    assert kept(anna, actual=None) == [(NOW, NOW)]


@pytest.mark.parametrize("told", [OTHERS, ELSEWHERE], ids=["another audience", "another list"])
def test_what_was_found_elsewhere_stays_and_says_nothing_here(anna: ReadWhole, told: Row) -> None:
    anna.noted(**{**KNOWN, **told, "healed_at": None})
    assert kept(anna) == [(NOW, None), (AFTER, None)]


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"email_address": NEW}, id="somebody else's"),
        pytest.param({"kind": "permissions"}, id="another kind"),
        pytest.param({"drift_type": "email_changed"}, id="another drift"),
        pytest.param({"field": "mail"}, id="another field"),
        pytest.param({"segment": "News"}, id="another segment"),
        pytest.param(OTHERS, id="another audience's"),
        pytest.param(ELSEWHERE, id="another list's"),
    ],
)
def test_a_note_hides_nothing_but_its_like(anna: ReadWhole, told: Row) -> None:
    anna.noted(**{**KNOWN, **told})
    find(anna)
    anna.warehouse.run("drift/save", now=AFTER)
    found = f"found_at = timestamp '{AFTER}'"
    assert anna.warehouse.row(f"select count(*) from loader_drift where {found}") == (1,)


def healed(anna: ReadWhole, statement: str) -> list[tuple[Any, ...]]:
    """What the ledger says of who was sent, and what is confirmed, after healing."""
    anna.warehouse.run(statement, now=AFTER, **repairs())
    return anna.warehouse.rows(
        "select is_managed, coalesce(confirmed_hash, resend_reason)"
        " from loader_ledger order by 1, 2"
    )


@pytest.mark.parametrize(
    "drift", ["missing_contact", "email_changed", "status_changed", "value_changed"]
)
def test_a_contact_that_is_out_of_step_is_owed_again(anna: ReadWhole, drift: str) -> None:
    anna.believed()
    anna.noted(drift_type=drift)
    assert healed(anna, "drift/repair_contacts") == [(True, "drift")]


def test_who_is_made_anew_is_owed_the_permissions_again(anna: ReadWhole) -> None:
    anna.believed(kind="permissions")
    anna.noted(drift_type="missing_contact")
    assert healed(anna, "drift/repair_permissions") == [(True, "drift")]


@pytest.mark.parametrize("kind", ["segment", "tag"])
def test_who_is_not_in_what_they_were_given_was_not_given_it(anna: ReadWhole, kind: str) -> None:
    anna.believed(kind=kind, segment="News")
    anna.noted(kind=kind, segment="News", drift_type="missing_member")
    assert healed(anna, "drift/repair_missing_members") == [(False, None)]


@pytest.mark.parametrize("kind", ["segment", "tag"])
def test_a_stranger_whom_the_ledger_knows_is_on_the_way_out(anna: ReadWhole, kind: str) -> None:
    anna.believed(kind=kind, segment="News", is_managed=False)
    anna.noted(kind=kind, segment="News", drift_type="unexpected_member")
    assert healed(anna, "drift/repair_unexpected_members") == [(True, "drift")]


def test_a_stranger_whom_the_ledger_does_not_know_becomes_a_row_of_it(anna: ReadWhole) -> None:
    anna.noted(kind="segment", segment="News", drift_type="unexpected_member")
    anna.warehouse.run("drift/repair_unexpected_members", **repairs())
    columns = "list_id, audience, kind, segment, email_address, is_managed, resend_reason, attempts"
    row = ("f00d", "readers", "segment", "News", ANNA, True, "drift", 0)
    assert anna.warehouse.rows(f"select {columns} from loader_ledger") == [row]


HEALS: list[tuple[str, Row, str]] = [
    ("drift/repair_contacts", {"kind": "contact", "segment": ""}, "status_changed"),
    ("drift/repair_permissions", {"kind": "permissions", "segment": ""}, "missing_contact"),
    ("drift/repair_missing_members", {"kind": "tag", "segment": "News"}, "missing_member"),
]
each_statement = pytest.mark.parametrize(
    ("statement", "place", "drift"),
    HEALS,
    ids=[heal[0].removeprefix("drift/") for heal in HEALS],
)


@each_statement
@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"drift_type": "permission_changed"}, id="a drift of another kind"),
        pytest.param({"healed_at": NOW}, id="a drift that is known to the ledger"),
        pytest.param({"email_address": NEW}, id="a drift of somebody else"),
        pytest.param(OTHERS, id="a drift of another audience"),
        pytest.param(ELSEWHERE, id="a drift on another list"),
    ],
)
def test_a_ledger_is_not_healed_of(
    anna: ReadWhole, statement: str, place: Row, drift: str, told: Row
) -> None:
    anna.believed(**place)
    anna.noted(**{**place, "drift_type": drift, **told})
    assert healed(anna, statement) == [(True, "h1")]


@each_statement
@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"kind": "other"}, id="something of another kind"),
        pytest.param({"email_address": NEW}, id="what somebody else has"),
        pytest.param(OTHERS, id="what another audience gave"),
        pytest.param(ELSEWHERE, id="what is on another list"),
    ],
)
def test_a_drift_leaves_alone(
    anna: ReadWhole, statement: str, place: Row, drift: str, told: Row
) -> None:
    anna.believed(**{**place, **told})
    anna.noted(**{**place, "drift_type": drift})
    assert healed(anna, statement) == [(True, "h1")]


def test_who_is_not_in_one_segment_is_still_in_another(anna: ReadWhole) -> None:
    anna.believed(kind="segment", segment="Offers")
    anna.noted(kind="segment", segment="News", drift_type="missing_member")
    assert healed(anna, "drift/repair_missing_members") == [(True, "h1")]


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"drift_type": "missing_member"}, id="somebody who is missed"),
        pytest.param({"healed_at": NOW}, id="a stranger whom the ledger knows of"),
        pytest.param(OTHERS, id="a stranger to another audience"),
        pytest.param(ELSEWHERE, id="a stranger on another list"),
    ],
)
def test_nobody_is_taken_out_for_a_note_of(anna: ReadWhole, told: Row) -> None:
    anna.noted(**{"kind": "segment", "segment": "News", "drift_type": "unexpected_member", **told})
    assert healed(anna, "drift/repair_unexpected_members") == []


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"kind": "tag"}, id="of another kind"),
        pytest.param({"segment": "Offers"}, id="of another segment"),
        pytest.param({"email_address": NEW}, id="of somebody else"),
        pytest.param(OTHERS, id="of another audience"),
        pytest.param(ELSEWHERE, id="on another list"),
    ],
)
def test_a_stranger_does_not_take_out_a_row(anna: ReadWhole, told: Row) -> None:
    anna.believed(**{"kind": "segment", "segment": "News", **told})
    anna.noted(kind="segment", segment="News", drift_type="unexpected_member")
    assert healed(anna, "drift/repair_unexpected_members") == [(True, "drift"), (True, "h1")]


def test_what_was_found_is_known_to_the_ledger_from_now_on(anna: ReadWhole) -> None:
    anna.noted()
    anna.warehouse.run("drift/mark_repaired", now=AFTER)
    assert anna.warehouse.row("select healed_at from loader_drift") == (AFTER,)


@pytest.mark.parametrize("told", [OTHERS, ELSEWHERE, {"healed_at": NOW}], ids=str)
def test_what_is_known_already_or_found_elsewhere_is_not_marked(anna: ReadWhole, told: Row) -> None:
    anna.noted(**told)
    anna.warehouse.run("drift/mark_repaired", now=AFTER)
    assert anna.warehouse.row("select healed_at from loader_drift") == (told.get("healed_at"),)
