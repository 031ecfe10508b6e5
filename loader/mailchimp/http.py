"""A request and a response as values, and what a response means before anybody reads it. Pure."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from loader.model.errors import (
    AuthenticationError,
    MailchimpError,
    NotFound,
    RequestRejected,
    Throttled,
    Unavailable,
)
from loader.model.mailchimp_facts import BATCH_CONTACTS
from loader.text.foreign_text import of_mailchimp

# bytes of an answer: a contact with 80 merge fields of 255 characters has 20 KB (the
# limits of loader.model.mailchimp_facts), a page has 1,000 of them
LARGEST_ROW, LARGEST_REST = 32_000, 64_000
EPOCH = 1970  # no answer is from an earlier year


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call, as a value.

    Attributes:
        method: of HTTP.
        path: below the base URL.
        params: of the query.
        body: JSON, or nothing.
    """

    method: str
    path: str
    params: dict[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    @property
    def is_write(self) -> bool:
        """Whether it may change something at Mailchimp."""
        return self.method != "GET"

    @property
    def largest_answer(self) -> int:
        """How many bytes the answer may have, as many rows as it can show."""
        # a write is answered with the contacts that it wrote
        rows = BATCH_CONTACTS if self.is_write else int(self.params.get("count", "1"))
        return LARGEST_REST + rows * LARGEST_ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer, read to its end.

    Attributes:
        request: what was asked.
        status: of HTTP.
        body: as it came, unpacked.
        date: the header of that name.
        seconds: from the moment of asking to the last byte.
        may_have_been_applied: whether an earlier try of the request had no usable answer: it may
            have been carried out all the same.
        takes_fake: whether it is from a sandbox that accepts addresses which Mailchimp takes for
            fake.
    """

    request: Request
    status: int
    body: bytes = field(repr=False)
    date: str | None = None
    seconds: float = 0.0
    may_have_been_applied: bool = False
    takes_fake: bool = False

    @property
    def answered_at(self) -> datetime | None:
        """Mailchimp's clock, in UTC without a zone; None where its `Date` tells no time."""
        try:
            found = parsedate_to_datetime(self.date or "")
            found = found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return found.replace(tzinfo=None) if found.year >= EPOCH else None


def error_for(response: Response) -> MailchimpError | None:
    """What is wrong with an answer, or None when it can be read.

    The HTTP status decides first, then the title of the problem document; never its sentence, which
    may be in another language (https://mailchimp.com/developer/marketing/docs/errors/). 403 without
    JSON is throttling at very high volume; with JSON it is about the account.

    Args:
        response: Mailchimp's answer.

    Returns:
        The error to raise: Throttled or Unavailable where the same request may work later.
    """
    if response.status < 300:  # noqa: PLR2004 - HTTP
        return None
    problem = _problem(response.body)
    return _transient(response.status, problem) or _permanent(response.status, problem or {})


def _transient(status: int, problem: dict[str, Any] | None) -> MailchimpError | None:
    """A fault that may be gone when the request is made again."""
    # the edge answers before the account is known, so that 403 without JSON says nothing of it
    if status == 429 or (status == 403 and problem is None):  # noqa: PLR2004 - HTTP
        return Throttled(f"Mailchimp answered {status}: too many connections.")
    # a 503 that says this comes again however often it is asked
    is_switched_off = problem is not None and problem.get("title") == "Compliance Related"
    if problem is None or (status >= 500 and not is_switched_off):  # noqa: PLR2004 - HTTP
        return Unavailable(f"Mailchimp answered {status}.")
    return None


def _permanent(status: int, problem: dict[str, Any]) -> MailchimpError:
    """A fault that stays."""
    title = of_mailchimp(problem.get("title") or "without a title")
    if status in (401, 403):
        return AuthenticationError(_credentials_message(status, title))
    if status == 404:  # noqa: PLR2004 - HTTP
        return NotFound("Mailchimp answered 404: not found.")
    if status >= 500:  # noqa: PLR2004 - HTTP
        return MailchimpError(f"Mailchimp has disabled this for the account ({title}).")
    return RequestRejected(status, title, of_mailchimp(problem.get("detail") or title))


def _problem(body: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    # the edge answers in JSON of its own, which says nothing about the account
    if not isinstance(found, dict) or found.get("type") == "akamai_error_message":
        return None
    return found


def _credentials_message(status: int, title: str) -> str:
    return (
        f"Mailchimp refused the credentials ({status} {title}). Check that MAILCHIMP_API_KEY is"
        " active, complete, and from the datacenter in its suffix."
    )
