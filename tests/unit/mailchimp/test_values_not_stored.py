"""A contact that the answer shows without what it was sent with is not accepted."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from fakes import contacts_answer, member, outcomes, response, rows_of
from loader.mailchimp.contacts import contacts_answers
from loader.model.batch import Batch, BatchResult, Operation

SENT: Mapping[str, Mapping[str, Any]] = {
    "a text": {"merge_fields": {"FNAME": "Ann"}},
    "a number": {"merge_fields": {"LTV": 3}},
    "an address": {"merge_fields": {"ADDRESS": {"addr1": "1", "city": "B", "zip": "2"}}},
    "a cleared field": {"merge_fields": {"PLAN": ""}},
    "a tag of digits": {"merge_fields": {"2026": "x"}},
    "an interest": {"interests": {"9f8e7d6c5b": True}},
    "an interest of digits": {"interests": {"1234567890": False}},
}
LIKE_NAMES = {"merge_fields": {"FNAME": '"LTV":1', "NOTE": '":', "TEXT": '\\"PLAN\\":'}}
BULK = (Operation.UPSERT, Operation.CREATE)
SINGLE = (Operation.REVIVE, Operation.CHANGE_ADDRESS)
ANN, BOB, CAT = "ann@shop.de", "bob@shop.de", "cat@shop.de"


def sent(route: Operation, payloads: Mapping[str, Mapping[str, Any]]) -> Batch:
    bodies = {
        address: orjson.dumps({"email_address": address, "language": "de", **payload}).decode()
        for address, payload in payloads.items()
    }
    return Batch(route=route, rows=rows_of({who: f"{body}," for who, body in bodies.items()}))


def answered(batch: Batch, shown: Mapping[str, Mapping[str, Any]], array: str) -> BatchResult:
    people = [member(address.upper()) | dict(held) for address, held in shown.items()]
    if batch.route.is_single_call:
        return contacts_answers(batch, response(people[0]))
    answer = contacts_answer(**{array: people}, total_updated=len(people))
    return contacts_answers(batch, response(answer))


def emptied(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A contact as a list shows it that has none of the names."""
    return {name: {"OTHER": ""} for name in payload}


@pytest.mark.parametrize("route", [*BULK, *SINGLE])
@pytest.mark.parametrize("what", SENT)
def test_what_the_answer_does_not_show_is_not_accepted(route: Operation, what: str) -> None:
    batch = sent(route, {ANN: SENT[what]})
    (names,) = SENT[what].values()
    (name,) = names
    without: tuple[Mapping[str, Any], ...] = (
        emptied(SENT[what]),
        {},
        {"merge_fields": [], "interests": []},
    )
    for array in ("new_members", "updated_members"):
        assert outcomes(answered(batch, {ANN: SENT[what]}, array)) == {ANN: ("accepted", None)}
        for shown in without:
            assert outcomes(answered(batch, {ANN: shown}, array)) == {
                ANN: ("unknown", f"the answer does not show {name}")
            }


@pytest.mark.parametrize("route", BULK)
def test_only_who_was_sent_with_it_is_open(route: Operation) -> None:
    batch = sent(
        route,
        {ANN: {"merge_fields": {"FNAME": "Ann", "PLAN": "gold"}}, BOB: SENT["a text"], CAT: {}},
    )
    shown = {who: {"merge_fields": {"FNAME": ""}} for who in (ANN, BOB, CAT)}
    assert outcomes(answered(batch, shown, "new_members")) == {
        ANN: ("unknown", "the answer does not show PLAN"),
        BOB: ("accepted", None),
        CAT: ("accepted", None),
    }


@pytest.mark.parametrize("route", BULK)
def test_one_contact_without_it_is_found_among_others_that_have_it(route: Operation) -> None:
    batch = sent(route, dict.fromkeys([ANN, BOB, CAT], SENT["a text"]))
    shown = {ANN: SENT["a text"], BOB: {"merge_fields": {}}, CAT: SENT["a text"]}
    assert {
        who: one[0] for who, one in outcomes(answered(batch, shown, "new_members")).items()
    } == {
        ANN: "accepted",
        BOB: "unknown",
        CAT: "accepted",
    }


@pytest.mark.parametrize("route", [*BULK, *SINGLE])
def test_a_text_that_looks_like_a_name_is_none(route: Operation) -> None:
    found = answered(sent(route, {ANN: LIKE_NAMES}), {ANN: LIKE_NAMES}, "new_members")
    assert outcomes(found) == {ANN: ("accepted", None)}


def test_another_status_and_an_error_say_more_than_what_is_not_shown() -> None:
    batch = sent(Operation.UPSERT, dict.fromkeys([ANN, BOB], SENT["a text"]))
    answer = contacts_answer(
        updated_members=[member(ANN, "cleaned")],
        errors=[{"email_address": BOB, "error_code": "ERROR_GENERIC", "error": "no"}],
    )
    assert outcomes(contacts_answers(batch, response(answer))) == {
        ANN: ("held", "cleaned"),
        BOB: ("rejected", "ERROR_GENERIC"),
    }
