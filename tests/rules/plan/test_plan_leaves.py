"""The numbers that the guards look at: who would leave, who withdrew, and who was ever sent."""

import pytest

from cases.in_memory import InMemory, Row
from cases.verified_list import ANNA, ELSEWHERE, NEW, OTHERS, ReadWhole

LEAVE: Row = {"audience": "readers", "email_address": ANNA, "action": "archive", "is_leave": True}
WITHDRAWAL: Row = {
    "audience": "readers",
    "email_address": ANNA,
    "action": "withdraw",
    "is_leave": False,
}


@pytest.fixture
def anna(warehouse: InMemory) -> ReadWhole:
    texts = dict.fromkeys(["audience", "email_address", "action", "outcome"], "varchar")
    warehouse.make("loader_plan", **texts, is_leave="boolean")
    warehouse.make("loader_rules", audience="varchar")
    warehouse.given("loader_rules", {"audience": "readers"})
    return ReadWhole(warehouse)


def numbers(anna: ReadWhole) -> tuple[int, ...]:
    """Who leaves, who withdraws, who was sent, and how many rows the ledger has."""
    ((_, *row),) = anna.request("plan/safety_counts")
    return tuple(row)


def test_of_nothing_the_numbers_are_zero(anna: ReadWhole) -> None:
    assert numbers(anna) == (0, 0, 0, 0)


def test_who_leaves_several_places_leaves_once(anna: ReadWhole) -> None:
    anna.warehouse.given("loader_plan", LEAVE, {**LEAVE, "action": "tag_remove"})
    assert numbers(anna)[0] == 1


def test_each_who_leaves_is_counted(anna: ReadWhole) -> None:
    anna.warehouse.given("loader_plan", LEAVE, {**LEAVE, "email_address": NEW})
    assert numbers(anna)[0] == 2


@pytest.mark.parametrize("outcome", ["accepted", "held"])
def test_what_is_decided_without_a_write_is_no_leave(anna: ReadWhole, outcome: str) -> None:
    anna.warehouse.given("loader_plan", {**LEAVE, "outcome": outcome})
    assert numbers(anna)[:2] == (0, 0)


def test_who_is_written_and_stays_does_not_leave(anna: ReadWhole) -> None:
    anna.warehouse.given("loader_plan", {**LEAVE, "action": "upsert", "is_leave": False})
    assert numbers(anna)[:2] == (0, 0)


def test_who_withdraws_their_consent_is_counted_apart(anna: ReadWhole) -> None:
    anna.warehouse.given("loader_plan", WITHDRAWAL)
    assert numbers(anna)[:2] == (0, 1)


def test_a_withdrawal_that_needs_no_write_is_none(anna: ReadWhole) -> None:
    anna.warehouse.given("loader_plan", {**WITHDRAWAL, "outcome": "accepted"})
    assert numbers(anna)[1] == 0


def test_who_was_sent_into_several_places_is_one_person_and_several_rows(anna: ReadWhole) -> None:
    anna.believed()
    anna.believed(kind="segment", segment="News")
    assert numbers(anna)[2:] == (1, 2)


def test_who_was_not_sent_is_known_all_the_same(anna: ReadWhole) -> None:
    anna.believed(is_managed=False, action="upsert")
    assert numbers(anna)[2:] == (0, 1)


@pytest.mark.parametrize("kind", ["contact", "given_up"])
def test_who_was_put_there_by_another_audience_was_never_sent_by_this_one(
    anna: ReadWhole, kind: str
) -> None:
    anna.believed(kind=kind, is_managed=False, pre_existing=False, confirmed_hash=None)
    assert numbers(anna)[2:] == (0, 0)


@pytest.mark.parametrize("told", [OTHERS, ELSEWHERE], ids=["another audience", "another list"])
def test_who_was_sent_elsewhere_does_not_count(anna: ReadWhole, told: Row) -> None:
    anna.believed(**told)
    assert numbers(anna)[2:] == (0, 0)


def strangers(anna: ReadWhole) -> int:
    """How many contacts of the list nobody here has put there or knows."""
    ((found,),) = anna.request("plan/strangers")
    return int(found)


@pytest.mark.parametrize("status", ["subscribed", "unsubscribed", "cleaned", "pending", "archived"])
def test_whom_the_list_shows_and_nobody_here_knows_is_a_stranger(
    anna: ReadWhole, status: str
) -> None:
    anna.shown(status=status)
    anna.shown(**ELSEWHERE)
    assert strangers(anna) == 1


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({}, id="this audience"),
        pytest.param(OTHERS, id="another audience"),
        pytest.param({**OTHERS, "kind": "tag", "segment": "vip"}, id="a tag of another"),
        pytest.param({**OTHERS, "is_managed": False}, id="another that holds her"),
        pytest.param({**OTHERS, "pre_existing": True}, id="another that found her there"),
    ],
)
def test_whom_an_audience_has_put_there_or_knows_is_no_stranger(anna: ReadWhole, told: Row) -> None:
    anna.shown()
    anna.believed(**told)
    assert strangers(anna) == 0


@pytest.mark.parametrize("told", [ELSEWHERE, {"email_address": NEW}], ids=["list", "contact"])
def test_who_is_known_otherwise_is_a_stranger_here(anna: ReadWhole, told: Row) -> None:
    anna.shown()
    anna.believed(**told)
    assert strangers(anna) == 1


def test_who_got_another_address_in_mailchimp_is_no_stranger(anna: ReadWhole) -> None:
    anna.shown(email_address=NEW)
    anna.moved()
    assert strangers(anna) == 0
