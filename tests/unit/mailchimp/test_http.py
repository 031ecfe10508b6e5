"""What an answer means before anybody reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import response
from loader.mailchimp.http import Request, error_for
from loader.model.errors import (
    AuthenticationError,
    LoaderError,
    MailchimpError,
    NotFound,
    RequestRejected,
    Throttled,
    Unavailable,
)

HTML = b"<HTML><BODY><H1>Bad Request</H1></BODY></HTML>"
EDGE = {"type": "akamai_error_message", "title": "akamai_503", "ref_no": "00.5987d317"}


def problem(
    status: int, title: str = "Something", detail: str = "A sentence."
) -> dict[str, object]:
    return {"title": title, "status": status, "detail": detail, "instance": "a-b-c"}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, {}, None),
        (204, b"", None),
        (200, b"cut off {", None),  # who reads it finds out
        (400, problem(400, "Invalid Resource"), RequestRejected),
        (405, problem(405, "Method Not Allowed"), RequestRejected),
        (422, problem(422, "RequestedFieldsInvalid"), RequestRejected),
        (401, problem(401, "API Key Invalid"), AuthenticationError),
        (403, problem(403, "Forbidden"), AuthenticationError),
        (403, problem(403, "User Disabled"), AuthenticationError),
        (404, problem(404, "Resource Not Found"), NotFound),
        (429, problem(429, "Too Many Requests"), Throttled),
        (429, b"", Throttled),
        (403, b"", Throttled),
        (403, HTML, Throttled),
        (403, EDGE | {"status": 403}, Throttled),
        (403, b'{"title":"Forb', Throttled),
        (500, problem(500, "Internal Server Error"), Unavailable),
        (502, b"", Unavailable),
        (503, {"title": "Compliance Related", "status": 503}, MailchimpError),
        (503, HTML, Unavailable),
        (503, EDGE | {"status": 503}, Unavailable),
        (504, b"", Unavailable),
        (400, HTML, Unavailable),
        (404, HTML, Unavailable),
        (301, b"", Unavailable),
        (400, b'["a list"]', Unavailable),
    ],
)
def test_the_status_decides_and_then_whether_mailchimp_itself_speaks(
    status: int, body: object, expected: type[LoaderError] | None
) -> None:
    found = error_for(response(body, status=status))
    assert expected is None if found is None else type(found) is expected


def test_a_refusal_carries_the_title_for_rules_and_the_sentence_without_addresses() -> None:
    found = error_for(response(problem(400, "Member Exists", "anna@shop.de is there."), status=400))
    assert isinstance(found, RequestRejected)
    assert (found.status, found.title, found.detail) == (
        400,
        "Member Exists",
        "(address) is there.",
    )


def test_a_refusal_without_a_sentence_has_at_least_its_title() -> None:
    found = error_for(response({"title": "Bad Request"}, status=400))
    assert isinstance(found, RequestRejected)
    assert found.detail == "Bad Request"


@given(
    st.integers(300, 599),
    st.sampled_from(["anna@shop.de", "secret words"]),
    st.sampled_from(["detail", "instance", "type"]),
)
def test_no_message_repeats_what_may_hold_an_address(status: int, words: str, name: str) -> None:
    found = error_for(response({"title": "Invalid Resource", name: words}, status=status))
    assert words not in f"{found} {found!r}"


def test_refused_credentials_say_what_to_look_at() -> None:
    found = error_for(response(problem(401, "API Key Invalid"), status=401))
    assert "401 API Key Invalid" in str(found)
    assert "MAILCHIMP_API_KEY" in str(found)


def test_only_reading_is_no_write() -> None:
    methods = ("GET", "POST", "PUT", "PATCH", "DELETE")
    assert [one for one in methods if not Request(method=one, path="/").is_write] == ["GET"]


def test_nobody_can_read_a_body_in_the_print_of_a_request_or_a_response() -> None:
    request = Request(method="POST", path="/lists/a", body=b"anna@shop.de")
    assert "anna" not in f"{request!r} {response(b'anna@shop.de')!r}"
