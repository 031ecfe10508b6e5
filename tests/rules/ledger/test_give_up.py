"""What becomes of contacts of ours that an audience lets go of: handed over, or given up."""

from typing import Any

import pytest

from cases.contact_rows import ANN, BOB, KNOWN, other, selected
from cases.in_memory import InMemory, Row

OURS: Row = {**KNOWN, "is_managed": True, "pre_existing": False}
ALREADY_APPLIED: Row = {"list_id": "f00d", "email_address": ANN, "status": "subscribed"}
WANTED: Row = {"list_id": "f00d", "email_address": ANN, "audience": "others", "may_create": True}
GIVEN_UP: Row = {**KNOWN, "audience": "before", "kind": "given_up", "pre_existing": False}
PLANNED = {"kind": "varchar", "email_address": "varchar"}


def handed_over(warehouse: InMemory, *, keeps_contacts: bool = False) -> list[tuple[Any, ...]]:
    warehouse.run("ledger/hand_over", keeps_contacts=keeps_contacts)
    return warehouse.rows(
        "select email_address, pre_existing, is_managed from loader_ledger"
        " where audience = 'others' and kind = 'contact'"
    )


def test_a_contact_of_ours_is_handed_to_an_audience_that_wants_it(warehouse: InMemory) -> None:
    warehouse.given("loader_ledger", OURS)
    warehouse.given("loader_wanted", WANTED)
    assert handed_over(warehouse) == [(ANN, False, False)]


@pytest.mark.parametrize(
    ("known", "is_ours"),
    [
        ({"pre_existing": None}, True),
        ({"pre_existing": False, "is_managed": True}, True),
        ({"pre_existing": True}, False),
    ],
    ids=["not tried yet", "ours", "there before"],
)
def test_what_that_one_knows_of_the_contact_stays(
    *, known: Row, is_ours: bool, warehouse: InMemory
) -> None:
    warehouse.given(
        "loader_ledger", OURS, {**KNOWN, "audience": "others", "is_managed": False, **known}
    )
    warehouse.given("loader_wanted", WANTED)
    assert handed_over(warehouse) == [(ANN, not is_ours, known.get("is_managed", False))]


@pytest.mark.parametrize(
    ("ours", "wanted"),
    [
        ({"list_id": "beef"}, {}),
        ({"kind": "tag"}, {}),
        ({"is_managed": False}, {}),
        ({"pre_existing": True}, {}),
        ({"pre_existing": None}, {}),
        ({"audience": "third"}, {}),
        ({}, {"list_id": "beef"}),
        ({}, {"email_address": BOB}),
        ({}, {"audience": "readers"}),
        ({}, {"may_create": False}),
    ],
    ids=str,
)
def test_nobody_else_is_handed_over(ours: Row, wanted: Row, warehouse: InMemory) -> None:
    warehouse.given("loader_ledger", OURS | ours)
    warehouse.given("loader_wanted", WANTED | wanted)
    assert handed_over(warehouse) == []


def test_an_audience_that_keeps_its_contacts_hands_over_none(warehouse: InMemory) -> None:
    warehouse.given("loader_ledger", OURS)
    warehouse.given("loader_wanted", WANTED)
    assert handed_over(warehouse, keeps_contacts=True) == []


@pytest.fixture
def planned(warehouse: InMemory) -> InMemory:
    """A plan that takes out nobody."""
    warehouse.make("loader_plan", **PLANNED)
    return warehouse


def gives_up(
    warehouse: InMemory, *, status: str = "subscribed", keeps_contacts: bool = False
) -> int:
    """How many are given up of whom the list shows; doing it twice changes nothing."""
    warehouse.given("mailchimp_members", {**ALREADY_APPLIED, "status": status})
    for _ in range(2):
        warehouse.run("ledger/give_up", keeps_contacts=keeps_contacts)
    ((contacts,),) = warehouse.found("ledger/gives_up")
    return int(contacts)


@pytest.mark.parametrize("status", ["subscribed", "pending"])
def test_a_contact_of_ours_that_nobody_takes_out_is_given_up(
    status: str, planned: InMemory
) -> None:
    planned.given("loader_ledger", OURS)
    assert gives_up(planned, status=status) == 1
    planned.run("acks/delete_unattempted")  # as every run does at its end
    assert planned.found("ledger/gives_up") == [(1,)]


@pytest.mark.parametrize("status", ["unsubscribed", "cleaned", "archived"])
def test_who_gets_no_mail_any_more_is_not_given_up(status: str, planned: InMemory) -> None:
    planned.given("loader_ledger", OURS)
    assert gives_up(planned, status=status) == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"list_id": "beef"},
        {"audience": "others"},
        {"kind": "tag"},
        {"is_managed": False},
        {"pre_existing": True},
        {"pre_existing": None},
        {"email_address": BOB},
    ],
    ids=str,
)
def test_no_other_row_is_given_up(changed: Row, planned: InMemory) -> None:
    planned.given("loader_ledger", OURS | changed)
    assert gives_up(planned) == 0


def test_who_leaves_is_not_given_up(planned: InMemory) -> None:
    planned.given("loader_ledger", OURS)
    planned.given("loader_plan", {"kind": "contact", "email_address": ANN})
    assert gives_up(planned) == 0


def test_who_is_out_of_a_segment_alone_is_given_up(planned: InMemory) -> None:
    planned.given("loader_ledger", OURS)
    planned.given("loader_plan", {"kind": "segment", "email_address": ANN})
    assert gives_up(planned) == 1


@pytest.mark.parametrize("pre_existing", [True, False], ids=["there before it", "ours"])
def test_who_is_ours_by_another_audience_is_not_given_up(
    *, pre_existing: bool, planned: InMemory
) -> None:
    planned.given(
        "loader_ledger", OURS, {**OURS, "audience": "others", "pre_existing": pre_existing}
    )
    assert gives_up(planned) == int(pre_existing)


def test_an_audience_that_keeps_its_contacts_gives_up_none(planned: InMemory) -> None:
    planned.given("loader_ledger", OURS)
    assert gives_up(planned, keeps_contacts=True) == 0


def given_up(warehouse: InMemory, rows: dict[str, Row]) -> int:
    """How many of whom the audience wants were given up, where the tables have these rows."""
    for table, row in rows.items():
        warehouse.given(table, row)
    ((contacts,),) = warehouse.found("ledger/given_up")
    return int(contacts)


BACK = {
    "loader_ledger": GIVEN_UP,
    "mailchimp_members": ALREADY_APPLIED,
    "loader_wanted": {**WANTED, "audience": "readers"},
}


def test_who_was_given_up_and_is_wanted_again_is_told(warehouse: InMemory) -> None:
    assert given_up(warehouse, BACK) == 1


@pytest.mark.parametrize("pre_existing", [True, False], ids=["there before", "ours again"])
def test_who_is_ours_again_is_told_no_more(*, pre_existing: bool, warehouse: InMemory) -> None:
    warehouse.given("loader_ledger", {**OURS, "pre_existing": pre_existing})
    assert given_up(warehouse, BACK) == int(pre_existing)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("loader_ledger", "kind", "contact"),
        ("loader_ledger", "list_id", "beef"),
        ("loader_ledger", "email_address", BOB),
        ("mailchimp_members", "list_id", "beef"),
        ("mailchimp_members", "email_address", BOB),
        ("mailchimp_members", "status", "archived"),
        ("loader_wanted", "list_id", "beef"),
        ("loader_wanted", "email_address", BOB),
        ("loader_wanted", "audience", "others"),
    ],
)
def test_nobody_else_is_told(table: str, column: str, value: str, warehouse: InMemory) -> None:
    assert given_up(warehouse, BACK | {table: BACK[table] | {column: value}}) == 0


@pytest.mark.parametrize("segment", ["News", "NEWS"])
def test_a_segment_that_stays_is_no_audience_s_and_still_ours(
    segment: str, warehouse: InMemory
) -> None:
    known = {"list_id": "f00d", "segment": "News", "audience": "readers", "is_managed": True}
    warehouse.given("loader_segments", known, other(known, "list_id"), {**known, "segment": "Old"})
    assert selected(warehouse, "ledger/placements") == [
        (one, "made", name) for one, name in (("beef", "News"), ("f00d", "News"), ("f00d", "Old"))
    ]
    warehouse.run("ledger/release_segment", segment=segment)
    rows = warehouse.rows(
        "select list_id, segment, is_managed from loader_segments where audience is null"
    )
    assert rows == [("f00d", "News", True)]
