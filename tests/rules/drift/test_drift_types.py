"""Every kind of drift has a case: its statement alone finds it, and its repair mends it."""

from collections.abc import Callable, Mapping

import pytest

from cases.verified_list import AFTER, ANNA, NEW, ReadWhole
from loader.model import reasons
from loader.warehouse.rules.drift import DRIFT_TYPES, DriftType, Repair, repairs

SEGMENT = {"kind": "segment", "segment": "News"}
TAKEN_OFF = {"kind": "tag", "segment": "news", "action": "tag_remove", "outcome": "accepted"}
REPAIRS = (
    "repair_contacts",
    "repair_permissions",
    "repair_missing_members",
    "repair_unexpected_members",
)
# Anna's row, once healed: whether something of hers is ours, and what is confirmed
LEDGER_AFTER: Mapping[Repair, tuple[bool, str | None]] = {
    Repair.SEND: (True, "drift"),
    Repair.GIVE_AGAIN: (False, None),
    Repair.TAKE_OUT: (True, "drift"),
}


def email_changed(anna: ReadWhole) -> None:
    anna.wanted()
    anna.believed()
    anna.moved()


def missing_contact(anna: ReadWhole) -> None:
    anna.wanted()
    anna.believed()


def status_changed(anna: ReadWhole) -> None:
    anna.wanted()
    anna.believed()
    anna.shown(status="cleaned")


def value_changed(anna: ReadWhole) -> None:
    anna.believed()
    row = {"email_address": ANNA, "field": "FNAME", "expected": "Anna", "actual": "Bob"}
    anna.warehouse.given("loader_differences", row)


def missing_member(anna: ReadWhole) -> None:
    anna.wanted()
    anna.shown()
    anna.believed(**SEGMENT)


def unexpected_member(anna: ReadWhole) -> None:
    anna.segment()
    anna.registered()
    anna.inside()


def unexpected_tag(anna: ReadWhole) -> None:
    anna.believed(**TAKEN_OFF, is_managed=False)
    anna.segment()
    anna.inside()


def permission_changed(anna: ReadWhole) -> None:
    anna.wanted()
    anna.shown(marketing_permissions='{"mail": false}')
    anna.believed(kind="permissions", confirmed_permissions='{"mail": true}')


def resubscribed(anna: ReadWhole) -> None:
    anna.believed(is_managed=False)
    anna.told()
    anna.shown()


CASES: Mapping[str, Callable[[ReadWhole], None]] = {
    "email_changed": email_changed,
    "missing_contact": missing_contact,
    "status_changed": status_changed,
    "value_changed": value_changed,
    "missing_member": missing_member,
    "unexpected_member": unexpected_member,
    "unexpected_tag": unexpected_tag,
    "permission_changed": permission_changed,
    "resubscribed": resubscribed,
}
each_type = pytest.mark.parametrize("one", DRIFT_TYPES, ids=lambda one: one.name)


def ledger(anna: ReadWhole) -> list[tuple[object, ...]]:
    return anna.warehouse.rows(
        "select is_managed, coalesce(confirmed_hash, resend_reason) from loader_ledger"
    )


def heal(anna: ReadWhole) -> None:
    """Note what was found, and tell the ledger."""
    anna.warehouse.run("drift/clear", "drift/save", now=AFTER)
    statements = (f"drift/{name}" for name in (*REPAIRS, "mark_repaired"))
    anna.warehouse.run(*statements, now=AFTER, **repairs())


def test_a_type_has_a_name_of_its_own_and_a_case() -> None:
    assert [one.name for one in DRIFT_TYPES] == list(CASES)


def test_the_codes_are_those_that_people_read() -> None:
    assert {one.code for one in DRIFT_TYPES} == set(reasons.DRIFT_TYPES)


@each_type
def test_the_case_of_a_type_is_found_as_that(anna: ReadWhole, one: DriftType) -> None:
    CASES[one.name](anna)
    found = [(row[3], row[7]) for row in anna.find()]
    assert found == [(one.code, one.is_manual_change)]


@each_type
def test_a_type_that_is_not_asked_for_is_missed(anna: ReadWhole, one: DriftType) -> None:
    CASES[one.name](anna)
    others = [other for other in DRIFT_TYPES if other is not one]
    assert one.code not in [row[3] for row in anna.find(others)]


@each_type
def test_a_type_is_repaired_as_it_says(anna: ReadWhole, one: DriftType) -> None:
    CASES[one.name](anna)
    before = ledger(anna)
    anna.find()
    heal(anna)
    healed = LEDGER_AFTER.get(one.repair)
    assert ledger(anna) == ([healed] if healed else before)


def test_what_a_person_changed_is_never_undone() -> None:
    undone = (Repair.GIVE_AGAIN, Repair.TAKE_OUT)
    assert [one.name for one in DRIFT_TYPES if one.is_manual_change and one.repair in undone] == []


def test_the_new_address_of_a_contact_is_no_stranger(anna: ReadWhole) -> None:
    email_changed(anna)
    anna.segment()
    anna.registered()
    anna.inside(email_address=NEW)
    assert anna.drifts() == ["email_changed"]
