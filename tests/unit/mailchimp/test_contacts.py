"""Batches of contacts become requests, and every contact asked gets one outcome."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import batch_of, contacts_answer, member, outcomes, response
from loader.mailchimp.contacts import contacts_answers, contacts_request, treat_existing
from loader.model.batch import Operation
from loader.model.errors import Unavailable

STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")
LEAVES = (Operation.WITHDRAW, Operation.UNSUBSCRIBE)
BULK = (Operation.UPSERT, Operation.CREATE, *LEAVES)
DATE = "Wed, 21 Oct 2026 07:28:00 GMT"
AT = datetime(2026, 10, 21, 7, 28)  # noqa: DTZ001 - UTC without a zone, as in the warehouse
SIGNS = "abcäöé+_1\N{GREEK SMALL LETTER SIGMA}"  # Python lowers a last sigma to another letter
ADDRESSES = st.builds(
    "{}@{}.de".format, st.text(SIGNS, min_size=1, max_size=6), st.text("xyz", min_size=1)
)
ERRORS = st.fixed_dictionaries(
    {
        "error_code": st.sampled_from(["ERROR_GENERIC", "ERROR_CONTACT_EXISTS"]),
        "error": st.text(max_size=20),
    }
)


@dataclass(frozen=True)
class Mention:
    """Where an answer names a contact, how it writes the address, and what it says."""

    array: str
    written: str
    says: dict[str, Any]


@st.composite
def mentions(draw: st.DrawFn, address: str) -> list[Mention]:
    """Nothing, a status, an error, or both, in whatever letter case."""
    written = "".join(draw(st.sampled_from([sign, sign.upper()])) for sign in address)
    written = draw(st.sampled_from([written, f" {written}\n"]))
    stored = st.builds(
        Mention,
        array=st.sampled_from(["new_members", "updated_members"]),
        written=st.just(written),
        says=st.fixed_dictionaries(
            {"status": st.sampled_from(STATUSES)}, optional={"vip": st.booleans()}
        ),
    )
    refused = st.builds(Mention, array=st.just("errors"), written=st.just(written), says=ERRORS)
    kinds = st.sampled_from([[], [stored], [stored], [refused], [stored, refused]])
    return [draw(kind) for kind in draw(kinds)]


@st.composite
def exchanges(draw: st.DrawFn) -> tuple[dict[str, list[Mention]], dict[str, Any]]:
    """What an answer says of each contact asked, and the answer; it may speak of others too."""
    asked = draw(st.lists(ADDRESSES, min_size=1, max_size=8, unique=True))
    said = {address: draw(mentions(address)) for address in asked}
    strangers = draw(mentions("somebody@else.org"))
    answer = contacts_answer(_links=[])
    for mention in [one for each in said.values() for one in each] + strangers:
        answer[mention.array].append(
            {"email_address": mention.written, "list_id": "f00d", **mention.says}
        )
    arrays = {"total_created": "new_members", "total_updated": "updated_members"}
    totals = {name: len(answer[array]) for name, array in arrays.items()}
    totals["error_count"] = len(answer["errors"])
    wrong = dict.fromkeys(totals, len(asked))
    return said, answer | draw(st.sampled_from([totals, totals, wrong]))


def expected(said: list[Mention], accepted: set[str]) -> tuple[str, str | None]:
    """The rule, one contact at a time: an error, else the status, else nobody knows."""
    for mention in said:
        if mention.array == "errors":
            return "rejected", mention.says["error_code"]
    for mention in said:
        status = mention.says["status"]
        return ("accepted", None) if status in accepted else ("held", status)
    return "unknown", "not mentioned in the answer"


@given(exchanges(), st.sampled_from(BULK), st.sampled_from(["subscribed", "transactional"]))
def test_every_contact_asked_has_one_outcome_and_only_a_kept_status_is_accepted(
    exchange: tuple[dict[str, list[Mention]], dict[str, Any]], route: Operation, kept: str
) -> None:
    said, answer = exchange
    accepted = {"subscribed", kept}
    if route in LEAVES:
        accepted = {"unsubscribed", "cleaned", "archived", "transactional"}
    found = contacts_answers(batch_of(route, said, kept), response(answer))
    assert found.rows.column("email_address").to_pylist() == list(said)
    assert outcomes(found) == {
        address: expected(mentioned, accepted) for address, mentioned in said.items()
    }


@given(st.lists(ADDRESSES, min_size=1, max_size=8, unique=True), st.sampled_from(BULK))
def test_silence_about_everybody_is_no_yes_whatever_the_totals_say(
    asked: list[str], route: Operation
) -> None:
    answer = contacts_answer(total_created=len(asked))
    found = contacts_answers(batch_of(route, asked), response(answer))
    assert {outcome for outcome, _ in outcomes(found).values()} == {"unknown"}


def test_an_answer_keeps_keys_texts_and_the_clock_of_mailchimp() -> None:
    answer = contacts_answer(
        new_members=[member("A@shop.de")],
        errors=[{"email_address": "b@shop.de", "error": "b@shop.de looks fake"}],
    )
    batch = batch_of(Operation.UPSERT, ["a@shop.de", "b@shop.de"])
    found = contacts_answers(batch, response(answer, date=DATE))
    assert found.answered_at == AT
    assert found.rows.to_pylist() == [
        {
            "audience": "people",
            "email_address": "a@shop.de",
            "person_id": "person of a@shop.de",
            "payload_hash": "hash of a@shop.de",
            "marketing_permissions": None,
            "outcome": "accepted",
            "reason_code": None,
            "message": None,
            "mailchimp_code": None,
        },
        {
            "audience": "people",
            "email_address": "b@shop.de",
            "person_id": "person of b@shop.de",
            "payload_hash": "hash of b@shop.de",
            "marketing_permissions": None,
            "outcome": "rejected",
            "reason_code": "refused",
            "message": "(address) looks fake",
            "mailchimp_code": "",
        },
    ]


def test_an_error_that_names_nobody_is_silence() -> None:
    answer = contacts_answer(errors=[{"email_address": None, "error": "Blank email address"}])
    found = contacts_answers(batch_of(Operation.UPSERT, ["a@shop.de"]), response(answer))
    assert outcomes(found)["a@shop.de"][0] == "unknown"


@pytest.mark.parametrize("route", BULK)
@pytest.mark.parametrize("body", [b'{"new_members":[{"email', b"<html>", b"", b"null"])
def test_an_answer_that_was_cut_off_leaves_everything_open(route: Operation, body: bytes) -> None:
    with pytest.raises(Unavailable):
        contacts_answers(batch_of(route, ["a@shop.de"]), response(body))


@pytest.mark.parametrize(("may_have_been_applied", "outcome"), [(False, "held"), (True, "unknown")])
def test_somebody_who_came_onto_the_list_meanwhile_is_no_refusal_when_only_creating(
    *, may_have_been_applied: bool, outcome: str
) -> None:
    answer = contacts_answer(
        new_members=[member("new@shop.de")],
        errors=[
            {"email_address": "there@shop.de", "error_code": "ERROR_CONTACT_EXISTS"},
            {"email_address": "fake@shop.de", "error_code": "ERROR_GENERIC"},
        ],
    )
    batch = batch_of(Operation.CREATE, ["new@shop.de", "there@shop.de", "fake@shop.de"])
    found = treat_existing(
        contacts_answers(batch, response(answer)), may_have_been_applied=may_have_been_applied
    )
    assert outcomes(found) == {
        "new@shop.de": ("accepted", None),
        "there@shop.de": (outcome, "exists"),
        "fake@shop.de": ("rejected", "ERROR_GENERIC"),
    }


@pytest.mark.parametrize(
    ("route", "update_existing", "params"),
    [
        (Operation.UPSERT, True, {}),
        (Operation.CREATE, False, {}),
        (Operation.WITHDRAW, True, {"skip_merge_validation": "true"}),
        (Operation.UNSUBSCRIBE, True, {"skip_merge_validation": "true"}),
    ],
)
def test_a_batch_is_one_call_of_the_list(
    route: Operation, update_existing: object, params: dict[str, str]
) -> None:
    request = contacts_request("f00d", batch_of(route, ["a@shop.de", "b@shop.de"]))
    assert (request.method, request.path, request.params) == ("POST", "/lists/f00d", params)
    assert orjson.loads(request.body) == {
        "update_existing": update_existing,
        "members": [{"email_address": "a@shop.de"}, {"email_address": "b@shop.de"}],
    }
