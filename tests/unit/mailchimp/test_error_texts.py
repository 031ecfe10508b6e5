"""Whatever Mailchimp says of a refusal is bounded, one line, and without addresses and keys."""

from collections.abc import Callable

import pytest

from fakes import batch_of, contacts_answer, member, memberships_answer, response
from loader.mailchimp.contacts import contacts_answers
from loader.mailchimp.http import error_for
from loader.mailchimp.member_status import archive_refused, member_status_of_batch, subscriber_hash
from loader.mailchimp.segments import membership_answers
from loader.model.batch import BatchResult, Operation
from loader.model.errors import LoaderError, RequestRejected, Unavailable
from loader.text.foreign_text import LONGEST_TEXT

WHO = "ada@shop.de"
KEY = "0123456789abcdef0123456789abcdef-us6"
HOSTILE = f"\x1b[2J\u202e{WHO}\n{KEY}\u200b " + "long " * 1000


def recorded(answers: BatchResult) -> list[str]:
    """The reason and the text of every row, which go into the warehouse and into reports."""
    names = ("message", "mailchimp_code")
    return [str(row[name]) for row in answers.rows.to_pylist() for name in names]


def of_fault(status: int, title: object, detail: object) -> list[str]:
    found = error_for(response({"title": title, "detail": detail}, status=status))
    assert isinstance(found, LoaderError)
    return [
        str(found),
        *([found.title, found.detail] if isinstance(found, RequestRejected) else []),
    ]


def of_contacts(**error: object) -> list[str]:
    answer = contacts_answer(errors=[{"email_address": WHO, **error}], error_count=1)
    return recorded(contacts_answers(batch_of(Operation.UPSERT, [WHO]), response(answer)))


def of_status(route: Operation) -> list[str]:
    named = member(WHO, HOSTILE)
    answer = (
        named if route.is_single_call else contacts_answer(updated_members=[named], total_updated=1)
    )
    return in_words(lambda: contacts_answers(batch_of(route, [WHO]), response(answer)))


def in_words(read: Callable[[], BatchResult]) -> list[str]:
    """What is recorded, or why the answer is none: there is no such status."""
    try:
        return recorded(read())
    except Unavailable as error:
        return [str(error)]


def of_archive(title: str, detail: str, status: str) -> list[str]:
    batch, refusal = batch_of(Operation.ARCHIVE, [WHO]), RequestRejected(405, title, detail)
    answer = response(
        {"id": subscriber_hash(WHO), **member(WHO, status)},
        to=member_status_of_batch("f00d", batch),
    )
    return in_words(lambda: archive_refused(batch, answer, refusal))


def of_segment() -> list[str]:
    answer = memberships_answer(
        errors=[{"email_addresses": [WHO], "error": HOSTILE}], error_count=1
    )
    return recorded(membership_answers(batch_of(Operation.SEGMENT_ADD, [WHO]), response(answer)))


SAID: dict[str, Callable[[], list[str]]] = {
    **{
        f"{name} of {status}": lambda status=status, given=given: of_fault(status, *given)  # type: ignore[misc]
        for status in (400, 401, 403, 404, 405, 422, 429, 500, 503)
        for name, given in {
            "title": (HOSTILE, "x"),
            "detail": ("Bad Request", HOSTILE),
            "both": (HOSTILE, HOSTILE),
            "no text": ({HOSTILE: 1}, [HOSTILE]),
        }.items()
    },
    "switched off": lambda: of_fault(500, "Compliance Related", HOSTILE),
    "error": lambda: of_contacts(error=HOSTILE),
    "error_code": lambda: of_contacts(error_code=HOSTILE, error="x"),
    "field": lambda: of_contacts(error="x", field=HOSTILE, field_message="x"),
    "field_message": lambda: of_contacts(error="x", field="x", field_message=HOSTILE),
    "all": lambda: of_contacts(
        error_code=HOSTILE, error=HOSTILE, field=HOSTILE, field_message=HOSTILE
    ),
    **{
        f"status of {route}": lambda route=route: of_status(route)  # type: ignore[misc]
        for route in (Operation.UPSERT, Operation.CREATE, Operation.UNSUBSCRIBE, Operation.REVIVE)
    },
    "archive refused": lambda: of_archive(HOSTILE, HOSTILE, "pending"),
    "archived as": lambda: of_archive("x", "x", HOSTILE),
    "segment": of_segment,
}


@pytest.mark.parametrize("name", SAID)
def test_what_mailchimp_says_is_bounded_and_shows_nobody(name: str) -> None:
    for said in SAID[name]():
        assert said.isprintable()
        assert WHO not in said
        assert KEY not in said
        assert len(said) <= LONGEST_TEXT + 200  # the words of ours around it
