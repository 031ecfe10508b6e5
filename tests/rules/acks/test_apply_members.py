"""What the list is known to show once a run was answered."""

import pytest

from cases.contact_rows import ANN, ANNA, ANSWERED, BOB, make_changed, other
from cases.in_memory import InMemory, Row

LISTED = {"list_id": "f00d", "email_address": ANN, "status": "cleaned"}


def shown(
    warehouse: InMemory,
    *,
    maintained_status: str = "transactional",
    contacts: str = "upsert",
    others: str = "upsert",
) -> list[tuple[object, ...]]:
    """Whom the list shows after the answers were noted."""
    keeping = [
        {"audience": "readers", "contacts": contacts, "maintained_status": maintained_status},
        {"audience": "others", "contacts": others, "maintained_status": "subscribed"},
    ]
    warehouse.run("acks/update_members", keeping=keeping)
    return warehouse.rows("select list_id, email_address, status from mailchimp_members")


@pytest.fixture
def members(warehouse: InMemory) -> InMemory:
    """A list of a run that changed no address."""
    make_changed(warehouse)
    return warehouse


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("withdraw", "unsubscribed"),
        ("unsubscribe", "unsubscribed"),
        ("archive", "archived"),
        ("revive", "subscribed"),
        ("upsert", "transactional"),
        ("change_address", "transactional"),
    ],
)
def test_who_was_not_seen_is_shown_as_the_write_made_them(
    action: str, status: str, members: InMemory
) -> None:
    members.given("loader_acks", {**ANSWERED, "action": action})
    assert shown(members) == [("f00d", ANN, status)]


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("withdraw", "unsubscribed"),
        ("unsubscribe", "unsubscribed"),
        ("archive", "archived"),
        ("revive", "subscribed"),
        ("upsert", "cleaned"),
        ("change_address", "cleaned"),
    ],
)
def test_who_was_seen_keeps_a_status_that_the_write_did_not_set(
    action: str, status: str, members: InMemory
) -> None:
    members.given("mailchimp_members", LISTED)
    members.given("loader_acks", {**ANSWERED, "action": action})
    assert shown(members) == [("f00d", ANN, status)]


@pytest.mark.parametrize("maintained_status", ["subscribed", "transactional", "pending"])
def test_who_was_made_has_the_status_that_the_audience_gives(
    maintained_status: str, members: InMemory
) -> None:
    members.given("loader_acks", ANSWERED)
    assert shown(members, maintained_status=maintained_status) == [("f00d", ANN, maintained_status)]


@pytest.mark.parametrize(
    ("contacts", "others", "status"),
    [
        ("upsert", "upsert", "subscribed"),  # the name decides
        ("create", "upsert", "transactional"),
        ("upsert", "create", "subscribed"),
        ("upsert", "update", "transactional"),
        ("update", "upsert", "subscribed"),
    ],
)
def test_whom_several_audiences_wrote_has_the_status_that_the_first_gives(
    contacts: str, others: str, status: str, members: InMemory
) -> None:
    members.given("loader_acks", ANSWERED, other(ANSWERED, "audience"))
    assert shown(members, contacts=contacts, others=others) == [("f00d", ANN, status)]


@pytest.mark.parametrize("audience", ["readers", "others"])
def test_who_has_a_new_address_keeps_their_status(audience: str, warehouse: InMemory) -> None:
    make_changed(warehouse, (ANN, ANNA, False), status="unsubscribed")
    moved = {**ANSWERED, "email_address": ANNA, "audience": audience}
    beside = {**moved, "audience": "others" if audience == "readers" else "readers"}
    warehouse.given("loader_acks", {**moved, "action": "change_address"}, beside)
    assert shown(warehouse) == [("f00d", ANNA, "unsubscribed")]


@pytest.mark.parametrize(
    "status", ["unsubscribed", "cleaned", "pending", "archived", "transactional"]
)
def test_who_is_held_because_of_a_status_has_that_status(status: str, members: InMemory) -> None:
    members.given("loader_acks", {**ANSWERED, "outcome": "held", "reason_code": status})
    assert shown(members) == [("f00d", ANN, status)]


@pytest.mark.parametrize("action", ["upsert", "withdraw", "unsubscribe", "archive", "revive"])
def test_who_is_held_because_of_a_status_is_shown_with_it_from_now_on(
    action: str, members: InMemory
) -> None:
    held = {"action": action, "outcome": "held", "reason_code": "unsubscribed"}
    members.given("mailchimp_members", LISTED)
    members.given("loader_acks", {**ANSWERED, **held})
    assert shown(members) == [("f00d", ANN, "unsubscribed")]


@pytest.mark.parametrize(
    ("outcome", "reason_code"),
    [
        ("held", "exists"),
        ("held", "not_on_list"),
        ("held", "email_changed"),
        ("held", "no_consent"),
        ("held", None),
        ("accepted", "already_applied"),
        ("accepted", "already_gone"),
        ("accepted", "unsubscribed"),
        ("rejected", None),
        ("rejected", "cleaned"),
        ("invalid", None),
        ("invalid", "pending"),
        ("unknown", None),
        ("unknown", "archived"),
    ],
)
def test_other_answers_say_nothing_of_the_list(
    outcome: str, reason_code: str | None, members: InMemory
) -> None:
    members.given("loader_acks", {**ANSWERED, "outcome": outcome, "reason_code": reason_code})
    assert shown(members) == []


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        pytest.param({"upsert": "accepted", "archive": "accepted"}, "archived", id="leave"),
        pytest.param({"upsert": "accepted", "unsubscribe": "accepted"}, "unsubscribed", id="ended"),
        pytest.param({"unsubscribe": "accepted", "archive": "accepted"}, "archived", id="both"),
        pytest.param({"upsert": "accepted", "withdraw": "accepted"}, "unsubscribed", id="refused"),
        pytest.param({"upsert": "accepted", "revive": "accepted"}, "subscribed", id="back"),
        pytest.param({"upsert": "held", "withdraw": "rejected"}, "pending", id="only one known"),
    ],
)
@pytest.mark.parametrize("is_turned", [False, True])
def test_of_what_several_audiences_did_with_a_contact_the_last_step_counts(
    *, answers: dict[str, str], status: str, is_turned: bool, members: InMemory
) -> None:
    members.given("mailchimp_members", LISTED)
    names = ("others", "readers") if is_turned else ("readers", "others")
    for audience, (action, outcome) in zip(names, answers.items(), strict=True):
        reason_code = "pending" if outcome == "held" else None
        answer = {
            "audience": audience,
            "action": action,
            "outcome": outcome,
            "reason_code": reason_code,
        }
        members.given("loader_acks", {**ANSWERED, **answer})
    assert shown(members) == [("f00d", ANN, status)]


@pytest.mark.parametrize("column", ["run_id", "list_id"])
def test_answers_of_another_run_are_noted_by_that_run(column: str, members: InMemory) -> None:
    members.given("loader_acks", other(ANSWERED, column))
    assert shown(members) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"action": "segment_add", "segment": "gold"},
        {"action": "segment_remove", "segment": "gold"},
        {"action": "tag_add", "segment": "gold"},
        {"action": "tag_remove", "segment": "gold"},
        {"action": "permissions"},
    ],
    ids=lambda answer: answer["action"],
)
def test_memberships_and_permissions_make_nobody_a_contact(answer: Row, members: InMemory) -> None:
    members.given("loader_acks", {**ANSWERED, **answer})
    assert shown(members) == []


@pytest.mark.parametrize("column", ["list_id", "email_address"])
def test_another_contact_keeps_her_status(column: str, members: InMemory) -> None:
    members.given("mailchimp_members", other(LISTED, column))
    members.given("loader_acks", {**ANSWERED, "action": "archive"})
    beside = other(LISTED, column)
    assert shown(members) == [tuple(beside.values()), ("f00d", ANN, "archived")]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param([(ANN, ANNA, False)], [("f00d", ANNA, "pending")], id="it moved"),
        pytest.param([(ANN, ANNA, True)], [], id="nobody was there"),
        pytest.param([(BOB, ANN, False)], [], id="only others moved"),
        pytest.param([], [], id="nobody moved"),
    ],
)
def test_who_is_held_at_a_change_of_address_is_shown_under_the_new_one_if_it_moved(
    changed: list[tuple[str, str, bool]], expected: list[tuple[str, ...]], warehouse: InMemory
) -> None:
    held = {"action": "change_address", "outcome": "held", "reason_code": "pending"}
    make_changed(warehouse, *changed)
    warehouse.given("loader_acks", {**ANSWERED, "email_address": ANNA, **held})
    assert shown(warehouse) == expected
