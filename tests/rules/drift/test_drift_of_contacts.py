"""What a list that was read whole shows of contacts and addresses otherwise than was confirmed."""

import pytest

from cases.in_memory import InMemory, Row
from cases.verified_list import AFTER, ANNA, BEFORE, ELSEWHERE, NEW, NOW, OTHERS, ReadWhole


@pytest.fixture
def believed(anna: ReadWhole) -> ReadWhole:
    """She is wanted, was sent and confirmed."""
    anna.wanted()
    anna.believed()
    return anna


def test_a_contact_that_the_list_does_not_show_is_not_on_it(believed: ReadWhole) -> None:
    missing = ("contact", "", ANNA, "missing_contact", None, None, None, False)
    assert believed.find() == [missing]


def test_a_contact_on_another_list_is_not_on_this_one(believed: ReadWhole) -> None:
    believed.shown(**ELSEWHERE)
    assert believed.drifts() == ["missing_contact"]


def test_another_contact_does_not_stand_for_the_one_that_is_missed(believed: ReadWhole) -> None:
    believed.shown(email_address=NEW)
    assert believed.drifts() == ["missing_contact"]


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"is_managed": False}, id="who was never sent"),
        pytest.param(
            {"confirmed_hash": None, "resend_reason": "drift"},
            id="who is known to have drifted",
        ),
        pytest.param({"confirmed_hash": None}, id="of whom nothing was confirmed"),
        pytest.param(OTHERS, id="whom another audience sent"),
        pytest.param(ELSEWHERE, id="who was sent to another list"),
        pytest.param({"email_address": NEW}, id="who is not wanted"),
    ],
)
def test_who_is_not_believed_to_be_there_is_not_missed(anna: ReadWhole, told: Row) -> None:
    anna.wanted()
    anna.believed(**told)
    assert anna.find() == []


@pytest.mark.parametrize("told", [OTHERS, ELSEWHERE], ids=["another audience", "another list"])
def test_who_is_wanted_only_elsewhere_is_not_missed(anna: ReadWhole, told: Row) -> None:
    anna.wanted(**told)
    anna.believed()
    assert anna.find() == []


@pytest.mark.parametrize("status", ["unsubscribed", "cleaned", "pending", "archived"])
def test_another_status_may_have_been_meant(believed: ReadWhole, status: str) -> None:
    believed.shown(status=status)
    another = ("contact", "", ANNA, "status_changed", None, "subscribed", status, True)
    assert believed.find() == [another]


@pytest.mark.parametrize("status", ["subscribed", "transactional"])
def test_who_has_the_status_that_is_kept_or_subscribed_is_in_step(
    believed: ReadWhole, status: str
) -> None:
    believed.shown(status=status)
    assert believed.find(maintained_status="transactional") == []


def test_the_status_that_an_audience_keeps_is_what_was_expected(believed: ReadWhole) -> None:
    believed.shown(status="cleaned")
    assert [row[5] for row in believed.find(maintained_status="transactional")] == ["transactional"]


def test_a_status_for_which_a_contact_is_held_is_known(anna: ReadWhole) -> None:
    anna.wanted()
    anna.believed(outcome="held", reason_code="cleaned")
    anna.shown(status="cleaned")
    assert anna.find() == []


@pytest.mark.parametrize(
    ("outcome", "reason_code"),
    [
        pytest.param("held", "pending", id="held for status_changed"),
        pytest.param("held", None, id="held without a reason"),
        pytest.param("rejected", "cleaned", id="not held"),
    ],
)
def test_a_status_for_which_a_contact_is_not_held_is_news(
    anna: ReadWhole, outcome: str, reason_code: str | None
) -> None:
    anna.wanted()
    anna.believed(outcome=outcome, reason_code=reason_code)
    anna.shown(status="cleaned")
    assert anna.drifts() == ["status_changed"]


@pytest.mark.parametrize("action", ["withdraw", "unsubscribe", "archive"])
@pytest.mark.parametrize("audience", ["readers", "others"])
@pytest.mark.parametrize("acked_at", [NOW, AFTER], ids=["at once", "later"])
def test_that_an_audience_told_somebody_to_leave_is_no_news(
    believed: ReadWhole, action: str, audience: str, acked_at: object
) -> None:
    believed.shown(status="unsubscribed")
    believed.told(action=action, audience=audience, acked_at=acked_at)
    assert believed.find() == []


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"acked_at": BEFORE}, id="before she was confirmed_hash"),
        pytest.param({"email_address": NEW}, id="somebody else"),
        pytest.param(ELSEWHERE, id="another list"),
        pytest.param({"action": "upsert"}, id="something else"),
        pytest.param({"outcome": "unknown"}, id="unheard"),
        pytest.param({"reason_code": "already_unsubscribed"}, id="who had left already"),
    ],
)
def test_who_was_not_told_to_leave_since_then_has_another_status(
    believed: ReadWhole, told: Row
) -> None:
    believed.shown(status="unsubscribed")
    believed.told(**told)
    assert believed.drifts() == ["status_changed"]


def test_a_value_that_is_not_as_it_was_confirmed_is_repaired(
    anna: ReadWhole, warehouse: InMemory
) -> None:
    row = {"email_address": ANNA, "field": "FNAME", "expected": "Anna", "actual": "Bob"}
    warehouse.given("loader_differences", row)
    another = ("contact", "", ANNA, "value_changed", "FNAME", "Anna", "Bob", False)
    assert anna.find() == [another]


def test_a_change_of_address_in_mailchimp_may_have_been_meant(believed: ReadWhole) -> None:
    believed.moved()
    another = ("contact", "", ANNA, "email_changed", None, ANNA, NEW, True)
    assert believed.find() == [another]


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(OTHERS, id="of another audience"),
        pytest.param(ELSEWHERE, id="on another list"),
        pytest.param({"drift_type": "status_changed"}, id="of something else"),
    ],
)
def test_a_note_that_is_no_change_of_this_address_excuses_nobody(
    believed: ReadWhole, told: Row
) -> None:
    believed.moved(**told)
    assert believed.drifts() == ["missing_contact"]


def test_who_is_shown_under_the_old_address_again_has_not_moved(believed: ReadWhole) -> None:
    believed.moved()
    believed.shown()
    assert believed.find() == []


def test_who_is_shown_under_the_old_address_on_another_list_has_moved_here(
    believed: ReadWhole,
) -> None:
    believed.moved()
    believed.shown(**ELSEWHERE)
    assert believed.drifts() == ["email_changed"]


def test_who_moved_and_is_wanted_is_noted_though_nobody_sent_them(anna: ReadWhole) -> None:
    anna.moved()
    anna.wanted()
    assert anna.drifts() == ["email_changed"]


def test_who_moved_and_was_sent_is_noted_though_nobody_wants_them(anna: ReadWhole) -> None:
    anna.moved()
    anna.believed()
    assert anna.drifts() == ["email_changed"]


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"is_managed": False}, id="never sent"),
        pytest.param({"kind": "permissions"}, id="sent something else"),
        pytest.param(OTHERS, id="sent by another audience"),
        pytest.param({"email_address": NEW}, id="somebody else was sent"),
    ],
)
def test_who_moved_and_is_neither_wanted_nor_ours_is_nobody(anna: ReadWhole, told: Row) -> None:
    anna.moved()
    anna.believed(**told)
    assert anna.find() == []


@pytest.fixture
def gone(anna: ReadWhole) -> ReadWhole:
    """We told her to leave, nobody wants her, and the list shows her as subscribed."""
    anna.believed(is_managed=False)
    anna.told()
    anna.shown()
    return anna


def test_who_subscribed_again_by_themselves_meant_it(gone: ReadWhole) -> None:
    again = ("resubscribed", None, "not subscribed", "subscribed", True)
    assert gone.find() == [("contact", "", ANNA, *again)]


@pytest.mark.parametrize(
    ("believed", "told", "shown"),
    [
        pytest.param({"is_managed": True}, {}, {}, id="who is ours still"),
        pytest.param({"kind": "permissions"}, {}, {}, id="whose permissions alone are known"),
        pytest.param(OTHERS, {}, {}, id="who is another audience's"),
        pytest.param({}, OTHERS, {}, id="whom another audience told to leave"),
        pytest.param({}, {"email_address": NEW}, {}, id="who was not told to leave"),
        pytest.param({}, {}, {"status": "pending"}, id="who has not said yes yet"),
        pytest.param({}, {}, ELSEWHERE, id="who subscribed to another list"),
        pytest.param({}, {}, {"email_address": NEW}, id="when somebody else subscribed"),
    ],
)
def test_nobody_else_has_subscribed_again(
    anna: ReadWhole, believed: Row, told: Row, shown: Row
) -> None:
    anna.believed(**{"is_managed": False, **believed})
    anna.told(**told)
    anna.shown(**shown)
    assert anna.find() == []


def test_who_is_wanted_by_any_audience_of_the_list_was_subscribed_by_it(gone: ReadWhole) -> None:
    gone.wanted(**OTHERS)
    assert gone.find() == []


def test_who_was_sent_by_any_audience_of_the_list_was_subscribed_by_it(gone: ReadWhole) -> None:
    gone.believed(**OTHERS)
    assert gone.find() == []


def test_who_is_wanted_on_another_list_has_subscribed_again_to_this_one(gone: ReadWhole) -> None:
    gone.wanted(**ELSEWHERE)
    assert gone.drifts() == ["resubscribed"]


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"list_id": "beef"}, id="to another list"),
        pytest.param({"kind": "segment"}, id="only into a segment"),
        pytest.param({"is_managed": False}, id="and taken back"),
    ],
)
def test_who_was_sent_by_others_otherwise_has_subscribed_again(gone: ReadWhole, told: Row) -> None:
    gone.believed(**{**OTHERS, **told})
    assert gone.drifts() == ["resubscribed"]
