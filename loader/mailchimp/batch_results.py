"""Outcomes as columns beside the keys of a batch. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from loader.mailchimp.arrow_json import addresses, names_in
from loader.mailchimp.documented_fields import OF_EVERY_LIST
from loader.mailchimp.http import Response
from loader.mailchimp.response_checks import times_named
from loader.model.batch import Batch, BatchResult, Outcome
from loader.model.errors import RequestRejected
from loader.model.reasons import NOT_MENTIONED, REFUSED, VALUES_NOT_SHOWN
from loader.text.foreign_text import of_mailchimp

SCHEMA = pa.schema(
    [
        ("audience", pa.string()),
        ("email_address", pa.string()),
        ("person_id", pa.string()),
        ("payload_hash", pa.string()),
        ("marketing_permissions", pa.string()),
        ("outcome", pa.string()),
        ("reason_code", pa.string()),
        ("message", pa.string()),
        ("mailchimp_code", pa.string()),
    ]
)


def uniform_result(
    batch: Batch,
    outcome: Outcome,
    *,
    code: str | None = None,
    message: str | None = None,
    mailchimp_code: str | None = None,
    answered_at: datetime | None = None,
) -> BatchResult:
    """Give every contact of a batch the same outcome.

    Of what Mailchimp said is kept what may be read: no address and no key of somebody.

    Args:
        batch: what was sent, or would have been.
        outcome: what became of all of it.
        code: one of `loader.model.reasons`; None for what needs no reason.
        message: what people read besides, as Mailchimp's own sentence.
        mailchimp_code: Mailchimp's own code, where there is one.
        answered_at: by Mailchimp's clock, in UTC without a zone.

    Returns:
        A row a contact, with the columns of `SCHEMA`.
    """
    return _answers(
        batch,
        [
            pa.repeat(pa.scalar(value, pa.string()), batch.size)
            for value in (outcome.value, code, _kept(message), _kept(mailchimp_code))
        ],
        answered_at,
    )


def refused(batch: Batch, refusal: RequestRejected) -> BatchResult:
    """What Mailchimp refused as a whole, in its words.

    Args:
        batch: what was sent.
        refusal: what Mailchimp said.

    Returns:
        A row a contact, with the columns of `SCHEMA`.
    """
    return uniform_result(
        batch,
        Outcome.REJECTED,
        code=REFUSED,
        message=refusal.detail,
        mailchimp_code=refusal.title,
    )


def per_contact_result(
    batch: Batch,
    response: Response,
    *,
    is_accepted: pa.BooleanArray,
    held: pa.StringArray,
    errors: dict[str, tuple[str, str]],
    not_shown: Mapping[str, str],
) -> BatchResult:
    """An outcome for each contact, where they differ.

    An error outweighs a mention. Of what Mailchimp said is kept what may be read.

    Args:
        batch: what was sent.
        response: Mailchimp's answer.
        is_accepted: by contact, in the order of the batch.
        held: by contact, the status in which Mailchimp left them; NULL for who is not mentioned.
        errors: Mailchimp's code and its sentence, by address.
        not_shown: by address, what a contact was sent with and the answer lacks.

    Returns:
        A row a contact, with the columns of `SCHEMA`.
    """
    outcome = pc.if_else(is_accepted, Outcome.ACCEPTED.value, Outcome.HELD.value).to_pylist()
    code = pc.if_else(is_accepted, None, held).to_pylist()
    message: list[str | None] = [None] * batch.size
    mailchimp_code: list[str | None] = [None] * batch.size
    for index, address in enumerate(batch.rows.column("email_address").to_pylist()):
        # first: Mailchimp may name somebody as updated and among the errors
        if address in errors:
            outcome[index] = Outcome.REJECTED.value
            code[index] = REFUSED
            mailchimp_code[index], message[index] = errors[address]
        elif outcome[index] == Outcome.ACCEPTED.value and address in not_shown:
            outcome[index], code[index] = Outcome.UNKNOWN.value, VALUES_NOT_SHOWN
            message[index] = not_shown[address]
        elif outcome[index] == Outcome.HELD.value and code[index] is None:
            outcome[index], code[index] = Outcome.UNKNOWN.value, NOT_MENTIONED
    said = ([_kept(one) for one in message], [_kept(one) for one in mailchimp_code])
    columns = [pa.array(values, pa.string()) for values in (outcome, code, *said)]
    return _answers(batch, columns, response.answered_at)


def is_all_shown(batch: Batch, response: Response, *, contacts: int) -> bool:
    """Whether each contact of an answer is shown with every name that any was sent with.

    A list has the same merge fields and interests for all its contacts, empty ones too, so that it
    is enough to count the names in the text.

    Args:
        batch: what was sent.
        response: Mailchimp's answer.
        contacts: how many the answer has.

    Returns:
        True also for a batch that was sent without merge fields and interests.
    """
    # of tens of thousands of names each is looked for once
    names = names_in(batch.body) - OF_EVERY_LIST
    return all(times_named(response, name) == contacts for name in names)


def not_shown(batch: Batch, stored: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Who was sent with a merge field or interest that the answer does not show, and which.

    Args:
        batch: what was sent.
        stored: the contacts of the answer.

    Returns:
        A sentence by address; nobody who is shown whole is in it.
    """
    shown = {
        one["email_address"]: _names(one.get("merge_fields")) | _names(one.get("interests"))
        for one in stored
    }
    keys = addresses(pa.array(list(shown), pa.string())).to_pylist()
    shown_of = dict(zip(keys, shown.values(), strict=True))
    found = {}
    for row in batch.rows.select(["email_address", "body"]).to_pylist():
        # only here, where something is amiss, is each contact looked at
        sent = {name.decode() for name in names_in(row["body"].encode()) - OF_EVERY_LIST}
        missing = sorted(sent - shown_of.get(row["email_address"], set()))
        if missing:
            found[row["email_address"]] = f"the answer does not show {', '.join(missing)}"
    return found


def _names(shown: object) -> set[str]:
    """The names in an object; an empty one may come as an empty array."""
    return set(shown) if isinstance(shown, dict) else set()


def _kept(said: str | None) -> str | None:
    return None if said is None else of_mailchimp(said)


def _answers(batch: Batch, columns: list[pa.Array], answered_at: datetime | None) -> BatchResult:
    keys = [batch.rows.column(name) for name in SCHEMA.names[:5]]
    return BatchResult(
        route=batch.route,
        segment=batch.segment,
        rows=pa.record_batch([*keys, *columns], schema=SCHEMA),
        answered_at=answered_at,
    )
