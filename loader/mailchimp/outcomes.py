"""Outcomes as columns beside the keys of a batch. Pure."""

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from loader.foreign import of_mailchimp
from loader.mailchimp.wire import Response
from loader.model import Answers, Batch, Outcome

UNMENTIONED = "not mentioned in the answer"  # the reason of an unknown outcome
SCHEMA = pa.schema(
    [
        ("audience", pa.string()),
        ("email_address", pa.string()),
        ("person_id", pa.string()),
        ("payload_hash", pa.string()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("text", pa.string()),
    ]
)


def decided(
    batch: Batch,
    outcome: Outcome,
    *,
    reason: str | None = None,
    text: str | None = None,
    answered_at: datetime | None = None,
) -> Answers:
    """One outcome for every contact of a batch; of what Mailchimp said is kept what may be read."""
    return _answers(
        batch,
        [
            pa.repeat(pa.scalar(value, pa.string()), batch.size)
            for value in (outcome.value, _kept(reason), _kept(text))
        ],
        answered_at,
    )


def one_by_one(
    batch: Batch,
    response: Response,
    *,
    is_accepted: pa.BooleanArray,
    held: pa.StringArray,
    errors: dict[str, tuple[str, str]],
) -> Answers:
    """An outcome for each contact, where they differ.

    `held` has the status in which Mailchimp left a contact, NULL for one that it did not mention;
    `errors` has the code and the text by address. An error outweighs a mention. Of what Mailchimp
    said is kept what may be read.
    """
    outcome = pc.if_else(is_accepted, Outcome.ACCEPTED.value, Outcome.HELD.value).to_pylist()
    reason = pc.if_else(is_accepted, None, held).to_pylist()
    text: list[str | None] = [None] * batch.size
    for place, address in enumerate(batch.rows.column("email_address").to_pylist()):
        if address in errors:
            outcome[place] = Outcome.REJECTED.value
            reason[place], text[place] = errors[address]
        elif outcome[place] == Outcome.HELD.value and reason[place] is None:
            outcome[place] = Outcome.UNKNOWN.value
            reason[place] = UNMENTIONED
    said = ([_kept(one) for one in reason], [_kept(one) for one in text])
    columns = [pa.array(values, pa.string()) for values in (outcome, *said)]
    return _answers(batch, columns, response.answered_at)


def _kept(said: str | None) -> str | None:
    return None if said is None else of_mailchimp(said)


def _answers(batch: Batch, columns: list[pa.Array], answered_at: datetime | None) -> Answers:
    keys = [batch.rows.column(name) for name in SCHEMA.names[:4]]
    return Answers(
        route=batch.route,
        segment=batch.segment,
        rows=pa.record_batch([*keys, *columns], schema=SCHEMA),
        answered_at=answered_at,
    )
