"""Why a row ended as it did: codes, sentences, when they occur, what would change them. Pure.

The codes stand in the column `reason_code` of the shared tables. What people read is the sentence,
or the `message` of a row where it says more: which column, or what Mailchimp said. The page
docs/reference/outcomes.md is made of this list.
"""

from collections.abc import Iterator
from dataclasses import dataclass

SEVERAL = "…"  # in a sentence: what differs from row to row, and stands in its message

RETRY_DAYS = (1, 3, 7)  # after which a rejection is retried: the first, the second and the third


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason.

    Attributes:
        outcome: the outcome that has it.
        code: what stands in `reason_code`.
        sentence: what people read.
        when: when it comes.
        mends: what would change it.
    """

    outcome: str
    code: str
    sentence: str
    when: str = ""
    mends: str


ALREADY_APPLIED = "already_applied"  # the list shows it as it is wanted
ALREADY_GONE = "already_gone"
DEAD_LETTERED = "dead_lettered"  # an isolated failure in three runs
EMAIL_CHANGED = "email_changed"
EMAIL_TAKEN = "email_taken"
EXISTS = "exists"
IN_FLIGHT = "in_flight"  # an archive or a change of address that may have been carried out
ISOLATED_FAILURE = "isolated_failure"  # three runs in a row make a rejection of it
NOT_MENTIONED = "not_mentioned"
NOT_ON_LIST = "not_on_list"  # also whom a write did not find
NOT_SEEN_SINCE = "not_seen_since"
NO_USABLE_ANSWER = "no_usable_answer"
REFUSED = "refused"
ALREADY_REMOVED = "already_removed"
SHARED_MEMBERSHIP = "shared_membership"
VALUES_NOT_SHOWN = "values_not_shown"

SELECTED_AGAIN = "The audience selects the person again"
SENT_AGAIN = "Nothing: the next sync sends it again"


def already(status: str) -> str:
    """The code for somebody who should leave, and has left in this status."""
    return f"already_{status}"


def since(status: str) -> str:
    """The code for somebody whom we archived, and who was in this status right after."""
    return f"{status}_since"


def _accepted() -> Iterator[tuple[str, str, str, str]]:
    yield (
        ALREADY_APPLIED,
        "already there",
        "The list shows the contact, tag or membership as it is wanted",
        "Other values in the data",
    )
    gone = "Somebody should leave who is not there any more"
    yield ALREADY_GONE, "not on the list", gone, SELECTED_AGAIN
    for status in ("unsubscribed", "cleaned", "archived", "transactional"):
        left = f"Somebody should leave who has left: the list has them as {status}"
        yield already(status), f"already {status}", left, SELECTED_AGAIN
    for status in ("subscribed", "unsubscribed", "cleaned", "pending", "transactional"):
        seen = f"We archived the contact, and it was {status} right after"
        yield since(status), f"{status} since", seen, SELECTED_AGAIN
    yield (
        NOT_SEEN_SINCE,
        "not seen since",
        "We archived the contact, and could not read it right after",
        SELECTED_AGAIN,
    )
    yield (
        EMAIL_CHANGED,
        "another address",
        "The address of somebody who should leave was changed in Mailchimp, and they have left",
        SELECTED_AGAIN,
    )
    yield (
        SHARED_MEMBERSHIP,
        "given by another audience",
        "A tag stays, because another audience gives it",
        "The other audience takes the tag off",
    )
    yield (
        ALREADY_REMOVED,
        "taken off by another audience",
        "Another audience of the list has just let the contact leave",
        SELECTED_AGAIN,
    )


_HELD = (
    (
        "no_consent",
        "no consent",
        "`marketing_consent` is not true, and the person was never sent",
        "The person consents",
    ),
    (
        "unsubscribed",
        "unsubscribed",
        "The person unsubscribed",
        "Only the person, in a form of Mailchimp's",
    ),
    ("cleaned", "cleaned", "Mail to the address bounced", "A new address"),
    ("pending", "pending", "The person has not confirmed yet", "The person confirms"),
    (
        "archived",
        "archived",
        "Somebody else archived the contact, or changed it after we did",
        "To undo that, unarchive it in Mailchimp",
    ),
    (
        "transactional",
        "transactional",
        "The list has the contact as one who gets no marketing mail",
        "The person subscribes",
    ),
    (
        "subscribed",
        "subscribed",
        "We archived the contact, and somebody subscribed it again during the run",
        "Nothing: the next sync finds it there",
    ),
    (
        EXISTS,
        "exists",
        "`contacts: create`, and the contact was on the list before",
        "Nothing, or `contacts: upsert`",
    ),
    (
        NOT_ON_LIST,
        "not on the list yet",
        "`contacts: update` or `none`, and the contact is not on the list",
        "Another audience or a form brings the contact",
    ),
    (
        EMAIL_CHANGED,
        "another address",
        "The address was changed in Mailchimp",
        "Change it in your data, too",
    ),
)
_REJECTED = (
    (
        REFUSED,
        "",
        "Mailchimp refused the contact. `mailchimp_code` is its code or title",
        "Other values, the next date of 1, 3 and 7 days, or `--retry-rejected`",
    ),
    (
        EMAIL_TAKEN,
        "the new address is on the list already",
        "A person has a new address, and the list has a contact of that address",
        "Decide in your data which of the two it is",
    ),
    (
        DEAD_LETTERED,
        "no usable answer, alone, in three runs",
        "Mailchimp answers other requests, and three runs got no answer for this contact",
        "Change its values, or `--retry-rejected`",
    ),
)
# dbt decides what a row is invalid for (macro invalid_reasons), which a test compares
_INVALID = (
    ("no_address", "no address", "An address in `email_address`"),
    ("malformed_address", "malformed address", "One `@`, a domain with a dot, no white space"),
    (
        "duplicate_address",
        "several rows have this address",
        "One row an address, or `duplicates: first`",
    ),
    ("not_finite", f"{SEVERAL} is not a finite number", "NULL, or a number"),
    ("number_too_long", f"{SEVERAL} is a number of more than 64 bits", "Cast it to text"),
    (
        "date_out_of_range",
        f"{SEVERAL} is not a date of four-digit years",
        "A date between the years 1000 and 9999",
    ),
    ("text_too_long", f"{SEVERAL} has more than 255 bytes", "A shorter text; to cut it, use SQL"),
    (
        "incomplete_address",
        f"{SEVERAL} is an address without addr1, city, state or zip",
        "All four, or NULL for each",
    ),
    (
        "invalid_location",
        f"{SEVERAL} is not a latitude and a longitude",
        "Both in their range, or NULL for both",
    ),
    (
        "conflicting_values",
        f"{SEVERAL} want different values for {SEVERAL}",
        "One value in both audiences",
    ),
    ("tag_too_long", "a tag of more than 100 characters", "A shorter name"),
)
_UNKNOWN = (
    (
        NO_USABLE_ANSWER,
        "no usable answer",
        "Mailchimp did not answer, or answered something else than is documented",
        SENT_AGAIN,
    ),
    (
        ISOLATED_FAILURE,
        "no usable answer, alone",
        "Mailchimp answers other requests, and not the one with this contact alone",
        "Nothing: the next sync sends it again, in three runs",
    ),
    (NOT_MENTIONED, "not mentioned in the answer", "The answer says nothing about it", SENT_AGAIN),
    (
        VALUES_NOT_SHOWN,
        f"the answer does not show {SEVERAL}",
        "The contact came back without a merge field or interest that it was sent with",
        SENT_AGAIN,
    ),
    (
        IN_FLIGHT,
        "on its way",
        "An archive or a change of address was begun, and the run did not come to its end",
        "Nothing: the next sync looks at the contact, and goes on",
    ),
)


def _reasons() -> Iterator[Reason]:
    for outcome, rows in (
        ("accepted", _accepted()),
        ("held", _HELD),
        ("rejected", _REJECTED),
        ("invalid", ((code, sentence, "", mends) for code, sentence, mends in _INVALID)),
        ("unknown", _UNKNOWN),
    ):
        for code, sentence, when, mends in rows:
            yield Reason(outcome=outcome, code=code, sentence=sentence, when=when, mends=mends)


REASONS = tuple(_reasons())
_SENTENCES = {one.code: one.sentence for one in REASONS}
_MENDS = {(one.outcome, one.code): one.mends for one in REASONS}


def said(code: str | None, message: str | None = None, mailchimp_code: str | None = None) -> str:
    """What people read of a reason; empty where there is none, and Mailchimp said nothing.

    Args:
        code: what stands in `reason_code`.
        message: what says more, if anything does.
        mailchimp_code: what Mailchimp calls its refusal, for one without a message.
    """
    if message is not None:
        return message
    if mailchimp_code is not None:
        return mailchimp_code
    return "" if code is None else _SENTENCES.get(code, code)


def mends(outcome: str | None, code: str | None) -> str:
    """What would change the outcome of a row; empty where there is no such reason.

    Args:
        outcome: of the row.
        code: what stands in `reason_code`.
    """
    return _MENDS.get((outcome or "", code or ""), "")


# in which way a list differs from what was confirmed, as `drift_type` has it and as people read it
DRIFT_TYPES = {
    "missing_contact": "not on the list",
    "status_changed": "another status",
    "value_changed": "another value",
    "email_changed": "another address",
    "permission_changed": "another permission",
    "missing_member": "not in it",
    "unexpected_member": "in it",
    "resubscribed": "subscribed again",
}
