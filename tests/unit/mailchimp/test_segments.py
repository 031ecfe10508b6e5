"""Memberships become requests, and silence about one is neither a yes nor a no."""

from typing import Any

import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import batch_of, member, memberships_answer, outcomes, response
from loader.mailchimp.segments import (
    confirm_by_membership,
    delete_segment,
    make_segment,
    membership_answers,
    membership_request,
    segment_members,
    segment_members_request,
    split_unconfirmed,
)
from loader.model.batch import Operation
from loader.model.errors import Unavailable

ROUTES = [route for route in Operation if route.is_membership]
ADDS = (Operation.SEGMENT_ADD, Operation.TAG_ADD)
ARRAYS = {route: "members_added" if route in ADDS else "members_removed" for route in ROUTES}
SIGNS = "abcäöé+_1\N{GREEK SMALL LETTER SIGMA}"
ADDRESSES = st.builds("{}@shop.de".format, st.text(SIGNS, min_size=1, max_size=6))
ASKED = st.lists(ADDRESSES, min_size=1, max_size=8, unique=True)


@st.composite
def exchanges(draw: st.DrawFn) -> tuple[Operation, dict[str, str], dict[str, Any]]:
    """What an answer says of each membership (moved, error or nothing), and the answer."""
    route, asked = draw(st.sampled_from(ROUTES)), draw(ASKED)
    said = {address: draw(st.sampled_from(["moved", "error", "nothing"])) for address in asked}
    written = {address: draw(st.sampled_from([address, address.upper()])) for address in asked}
    moved = [written[address] for address in asked if said[address] == "moved"]
    refused = [written[address] for address in asked if said[address] == "error"]
    errors: list[Any] = [{"email_addresses": [one], "error": "Not a member"} for one in refused]
    if draw(st.booleans()):
        errors = [{"email_addresses": refused, "error": "Not a member"}, {"error": "And more"}]
    everybody = [member(one) for one in written.values()]  # moved, but the other way
    answer = memberships_answer(**{array: list(everybody) for array in ARRAYS.values()})
    answer[ARRAYS[route]] = [member(one) for one in moved]
    return route, said, answer | {"errors": errors, "error_count": len(errors)}


@given(exchanges())
def test_only_who_is_named_as_moved_is_accepted_and_silence_is_unknown(
    exchange: tuple[Operation, dict[str, str], dict[str, Any]],
) -> None:
    route, said, answer = exchange
    found = membership_answers(batch_of(route, said), response(answer))
    words = {
        "moved": ("accepted", None),
        "error": ("rejected", ""),
        "nothing": ("unknown", "not mentioned in the answer"),
    }
    assert list(outcomes(found)) == list(said)
    assert outcomes(found) == {address: words[one] for address, one in said.items()}


def test_a_refused_membership_keeps_the_words_of_mailchimp() -> None:
    refused = ["A@shop.de", "b@shop.de"]
    answer = memberships_answer(errors=[{"email_addresses": refused, "error": "Not here"}])
    batch = batch_of(Operation.SEGMENT_ADD, ["a@shop.de", "b@shop.de"])
    found = membership_answers(batch, response(answer))
    assert found.rows.column("message").to_pylist() == ["Not here", "Not here"]


@given(exchanges())
def test_what_is_settled_and_what_is_open_are_all_there_is(
    exchange: tuple[Operation, dict[str, str], dict[str, Any]],
) -> None:
    route, said, answer = exchange
    settled, rest = split_unconfirmed(membership_answers(batch_of(route, said), response(answer)))
    assert set(outcomes(rest)) == {address for address, one in said.items() if one == "nothing"}
    assert outcomes(settled) | outcomes(rest) == outcomes(
        membership_answers(batch_of(route, said), response(answer))
    )


@given(ASKED, st.sampled_from(ROUTES), st.data())
def test_after_a_look_a_membership_is_as_wanted_or_still_unknown_or_out_of_sight(
    asked: list[str], route: Operation, data: st.DataObject
) -> None:
    members = data.draw(st.sets(st.sampled_from(asked)))
    silence = membership_answers(batch_of(route, asked), response(memberships_answer()))
    archived = data.draw(st.sets(st.sampled_from(asked)))
    found = confirm_by_membership(
        silence,
        *(pa.array([one.upper() for one in some], pa.string()) for some in (members, archived)),
    )
    wants_in = route in ADDS
    for address, (outcome, reason) in outcomes(found).items():
        if address in archived:
            assert (outcome, reason) == ("held", "archived")
        else:
            assert outcome == ("accepted" if (address in members) == wants_in else "unknown")


@pytest.mark.parametrize("body", [b'{"members_added":[{"em', b"<html>", b"", b"null"])
def test_an_answer_that_was_cut_off_leaves_everything_open(body: bytes) -> None:
    with pytest.raises(Unavailable):
        membership_answers(batch_of(Operation.SEGMENT_ADD, ["a@shop.de"]), response(body))


@pytest.mark.parametrize(
    ("route", "key"),
    [
        (Operation.SEGMENT_ADD, "members_to_add"),
        (Operation.SEGMENT_REMOVE, "members_to_remove"),
        (Operation.TAG_ADD, "members_to_add"),
        (Operation.TAG_REMOVE, "members_to_remove"),
    ],
)
def test_a_batch_of_memberships_is_one_call_of_the_segment(route: Operation, key: str) -> None:
    request = membership_request("f00d", 42, batch_of(route, ["a@shop.de", "b@shop.de"]))
    assert (request.method, request.path, request.params) == (
        "POST",
        "/lists/f00d/segments/42",
        {},
    )
    assert orjson.loads(request.body) == {key: ["a@shop.de", "b@shop.de"]}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_segment_is_made_empty_and_under_its_own_name(name: str) -> None:
    request = make_segment("f00d", name)
    assert (request.method, request.path) == ("POST", "/lists/f00d/segments")
    assert orjson.loads(request.body) == {"name": name, "static_segment": []}


def test_a_segment_is_deleted_by_its_id() -> None:
    request = delete_segment("f00d", 42)
    assert (request.method, request.path, request.body) == (
        "DELETE",
        "/lists/f00d/segments/42",
        b"",
    )


def test_whoever_is_in_a_segment_is_asked_for_whatever_the_status() -> None:
    request = segment_members_request("f00d", 42, 3000)
    assert (request.method, request.path) == ("GET", "/lists/f00d/segments/42/members")
    assert request.params == {
        "fields": "members.email_address,members.list_id,total_items",
        "count": "1000",
        "offset": "3000",
        "include_cleaned": "true",
        "include_transactional": "true",
        "include_unsubscribed": "true",
    }


def test_a_page_of_members_comes_with_how_many_there_are() -> None:
    answer = {"members": [member("A@shop.de")], "total_items": 1001}
    last = segment_members_request("f00d", 42, 1000)
    found, total = segment_members(response(answer, to=last))
    assert (found.to_pylist(), total) == (["a@shop.de"], 1001)


def test_an_empty_segment_has_nobody() -> None:
    found, total = segment_members(response({"members": [], "total_items": 0}))
    assert (found.to_pylist(), total) == ([], 0)
