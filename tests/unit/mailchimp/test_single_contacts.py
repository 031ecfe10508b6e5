"""Contacts for which there is no bulk call: one is archived, or revived, by its hash."""

import hashlib
from collections.abc import Callable
from datetime import datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import batch_of, member, outcomes, response
from loader.mailchimp.contacts import contacts_answers, contacts_request
from loader.mailchimp.http import Response
from loader.mailchimp.member_status import (
    archive_refused,
    archived,
    member_status_of_batch,
    subscriber_hash,
    touched,
)
from loader.model.batch import Batch, BatchResult, Operation
from loader.model.errors import RequestRejected, Unavailable

Look = Callable[[Batch, Response], BatchResult | None]
STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")
DATE = "Wed, 21 Oct 2026 07:28:00 GMT"
AT = datetime(2026, 10, 21, 7, 28)  # noqa: DTZ001 - UTC without a zone, as in the warehouse
SIGNS = "abcäöé+_1\N{GREEK SMALL LETTER SIGMA}"  # Python lowers a last sigma to another letter
ADDRESSES = st.builds(
    "{}@{}.de".format, st.text(SIGNS, min_size=1, max_size=6), st.text("xyz", min_size=1)
)


def shown_as(batch: Batch, status: str, changed: str = "2026-10-21T09:28:00+02:00") -> Response:
    """A list that shows the one contact of a batch like that, a day after what the servers say."""
    address = str(batch.rows.column("email_address")[0])
    shown = {"id": subscriber_hash(address), "list_id": "f00d", "status": status}
    later = "Thu, 22 Oct 2026 07:28:00 GMT"
    return response(
        shown | {"last_changed": changed}, date=later, to=member_status_of_batch("f00d", batch)
    )


@given(ADDRESSES)
def test_one_contact_is_archived_by_its_hash_without_a_body(address: str) -> None:
    request = contacts_request("f00d", batch_of(Operation.ARCHIVE, [address]))
    assert (request.method, request.params, request.body) == ("DELETE", {}, b"")
    assert request.path == f"/lists/f00d/members/{subscriber_hash(address)}"


def test_one_contact_is_revived_by_its_hash_with_its_own_text_as_the_body() -> None:
    request = contacts_request("f00d", batch_of(Operation.REVIVE, ["a@shop.de"]))
    assert (request.method, request.params) == ("PUT", {})
    assert request.path == f"/lists/f00d/members/{subscriber_hash('a@shop.de')}"
    assert orjson.loads(request.body) == {"email_address": "a@shop.de"}


def test_no_request_has_an_address_in_its_path() -> None:
    requests = [contacts_request("f00d", batch_of(route, ["anna@shop.de"])) for route in Operation]
    assert not [one for one in requests if "anna" in repr(one)]


@given(ADDRESSES)
def test_a_hash_is_the_md5_of_the_address(address: str) -> None:
    assert subscriber_hash(address) == hashlib.md5(address.encode()).hexdigest()  # noqa: S324


def test_an_archive_without_content_is_a_yes() -> None:
    batch = batch_of(Operation.ARCHIVE, ["a@shop.de"])
    found = contacts_answers(batch, response(b"", status=204, date=DATE))
    assert (outcomes(found), found.answered_at) == ({"a@shop.de": ("accepted", None)}, AT)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("subscribed", ("accepted", None))]
    + [(status, ("held", status)) for status in STATUSES if status != "subscribed"],
)
def test_a_revival_is_accepted_only_when_it_came_back_subscribed(
    status: str, outcome: tuple[str, str | None]
) -> None:
    answer = response(member("A@shop.de", status))
    found = contacts_answers(batch_of(Operation.REVIVE, ["a@shop.de"]), answer)
    assert outcomes(found) == {"a@shop.de": outcome}


@pytest.mark.parametrize("body", [b'{"id":"x","sta', b"", b"{}"])
def test_a_revival_whose_answer_was_cut_off_is_open(body: bytes) -> None:
    with pytest.raises(Unavailable):
        contacts_answers(batch_of(Operation.REVIVE, ["a@shop.de"]), response(body))


@pytest.mark.parametrize(
    ("status", "may_have_been_applied", "outcome"),
    [
        ("archived", True, ("accepted", None)),
        ("archived", False, ("accepted", "already archived")),
        ("unsubscribed", True, ("accepted", "already unsubscribed")),
        ("pending", True, ("rejected", "Method Not Allowed")),
    ],
)
def test_whom_mailchimp_will_not_archive_is_gone_already_by_us_or_by_somebody_else(
    *, status: str, may_have_been_applied: bool, outcome: tuple[str, str | None]
) -> None:
    refusal = RequestRejected(405, "Method Not Allowed", "This list member cannot be removed.")
    refusal.may_have_been_applied = may_have_been_applied
    batch = batch_of(Operation.ARCHIVE, ["a@shop.de"])
    found = archive_refused(batch, shown_as(batch, status), refusal)
    assert outcomes(found) == {"a@shop.de": outcome}
    # as old as the contact, or a revival could not tell it from a later change
    assert (found.answered_at == AT) == (outcome == ("accepted", None))


def test_an_archive_is_as_old_as_mailchimp_says_the_contact_is() -> None:
    batch = batch_of(Operation.ARCHIVE, ["a@shop.de"])
    found = archived(batch, shown_as(batch, "archived"))
    assert (outcomes(found), found.answered_at) == ({"a@shop.de": ("accepted", None)}, AT)


@pytest.mark.parametrize("status", [one for one in STATUSES if one != "archived"])
def test_who_is_changed_right_after_the_archive_was_archived_by_nobody_that_we_know(
    status: str,
) -> None:
    batch = batch_of(Operation.ARCHIVE, ["a@shop.de"])
    found = archived(batch, shown_as(batch, status))
    assert outcomes(found) == {"a@shop.de": ("accepted", f"{status} since")}


def test_who_is_as_we_archived_them_may_be_revived() -> None:
    batch = batch_of(Operation.REVIVE, ["a@shop.de"], changed=AT)
    assert touched(batch, shown_as(batch, "archived")) is None


@pytest.mark.parametrize(
    ("status", "changed"),
    [
        *((status, "2026-10-21T07:28:00+00:00") for status in STATUSES if status != "archived"),
        ("archived", "2026-10-21T07:28:01+00:00"),
        ("archived", "2026-10-21T07:27:59+00:00"),  # a clock that was put back moves nobody up
        ("archived", "2026-10-22T07:28:00+00:00"),
        ("archived", "2026-10-21T07:28:00-01:00"),
    ],
)
def test_whom_somebody_has_touched_since_is_not_revived(status: str, changed: str) -> None:
    batch = batch_of(Operation.REVIVE, ["a@shop.de"], changed=AT)
    found = touched(batch, shown_as(batch, status, changed))
    assert found is not None
    assert outcomes(found) == {"a@shop.de": ("held", status)}


@pytest.mark.parametrize("look", [archived, touched])
@pytest.mark.parametrize("changed", ["", "yesterday", "2026-13-01T00:00:00+00:00"])
def test_a_time_that_cannot_be_read_is_no_answer(look: Look, changed: str) -> None:
    batch = batch_of(Operation.REVIVE, ["a@shop.de"], changed=AT)
    with pytest.raises(Unavailable):
        look(batch, shown_as(batch, "archived", changed))
