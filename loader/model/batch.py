"""What travels along the line: operations, batches of contacts, and what became of each."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import pyarrow as pa
import pyarrow.compute as pc

from loader.model.reasons import said

# of one body: a bound of ours, for Mailchimp states none and gives up after a time
BATCH_BYTES = 5_000_000

Tally = list[tuple[str, str | None, int]]  # outcome, reason, rows


class Operation(StrEnum):
    """How a row of the delta reaches Mailchimp; each is one kind of call."""

    WITHDRAW = "withdraw"  # consent taken back: unsubscribe, ours or not
    UPSERT = "upsert"  # create or update
    CREATE = "create"  # create, and leave alone who is there already
    REVIVE = "revive"  # somebody whom we archived is wanted again
    CHANGE_ADDRESS = "change_address"  # a person has another address than on the list
    SEGMENT_REMOVE = "segment_remove"
    SEGMENT_ADD = "segment_add"
    TAG_REMOVE = "tag_remove"
    TAG_ADD = "tag_add"
    PERMISSIONS = "permissions"  # the marketing permissions of a contact
    UNSUBSCRIBE = "unsubscribe"
    ARCHIVE = "archive"

    @property
    def is_single_call(self) -> bool:
        """Whether Mailchimp has no bulk call for it."""
        return self in (
            Operation.REVIVE,
            Operation.ARCHIVE,
            Operation.CHANGE_ADDRESS,
            Operation.PERMISSIONS,
        )

    @property
    def is_membership(self) -> bool:
        """Whether it concerns membership in a segment, which a tag is too."""
        return self.is_add or self in (Operation.SEGMENT_REMOVE, Operation.TAG_REMOVE)

    @property
    def is_add(self) -> bool:
        """Whether it puts people into a segment."""
        return self in (Operation.SEGMENT_ADD, Operation.TAG_ADD)

    @property
    def writes_contact(self) -> bool:
        """Whether it brings the payload of a contact."""
        routes = (Operation.UPSERT, Operation.CREATE, Operation.REVIVE, Operation.CHANGE_ADDRESS)
        return self in routes

    @property
    def action(self) -> str:
        """The word for it in acknowledgements: creating is a kind of upsert."""
        return "upsert" if self is Operation.CREATE else self.value


# Contacts come before what needs them; memberships are given up while the contact is still on the
# list, whichever audience asks for which.
WITHDRAWALS = (Operation.WITHDRAW,)
CONTACTS = (Operation.CHANGE_ADDRESS, Operation.REVIVE, Operation.CREATE, Operation.UPSERT)
COMPANIONS = (
    Operation.SEGMENT_REMOVE,
    Operation.TAG_REMOVE,
    Operation.SEGMENT_ADD,
    Operation.TAG_ADD,
    Operation.PERMISSIONS,
)
LEAVES = (Operation.UNSUBSCRIBE, Operation.ARCHIVE)


class Outcome(StrEnum):
    """What became of one row."""

    ACCEPTED = "accepted"
    HELD = "held"
    REJECTED = "rejected"
    INVALID = "invalid"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Contacts of one list that one call tells Mailchimp about, of one audience or of several.

    `rows` has these columns: audience, email_address, person_id, payload_hash;
    marketing_permissions, as wanted, for that operation alone; current_email, the address under
    which the list has the contact; maintained_status, the status, besides subscribed, in which the
    audience keeps contacts; last_changed, when Mailchimp says that the contact was changed last, as
    the list was read (UTC without a zone); and body, the text of each contact for the request with
    a comma behind it.

    Attributes:
        route: how they reach Mailchimp.
        rows: one a contact.
        segment: which one memberships are about, as the ledger calls it.
        may_be_duplicate: whether Mailchimp may have been told of them in this run already, without
            a usable answer.
    """

    route: Operation
    rows: pa.RecordBatch = field(repr=False)
    segment: str = ""
    may_be_duplicate: bool = False

    @property
    def size(self) -> int:
        """How many contacts it holds."""
        return int(self.rows.num_rows)

    @property
    def body(self) -> bytes:
        """What goes between the brackets of the request: one slice of the column's buffer."""
        # a copy of each text would be a Python object a contact; the slice is one object a batch
        column = self.rows.column("body")
        _, offsets, text = column.buffers()
        ends = memoryview(offsets).cast("i")[column.offset : column.offset + self.size + 1]
        # the last comma belongs to nobody
        return bytes(memoryview(text)[ends[0] : ends[-1] - 1])

    def split(self, *, may_be_duplicate: bool) -> "tuple[Batch, Batch]":
        """Halve it, for two calls.

        Args:
            may_be_duplicate: whether the whole may have been carried out.

        Returns:
            The first half of the contacts, and the second.
        """
        middle = self.size // 2
        # what may have been carried out once stays so, however often it is halved
        said = self.may_be_duplicate or may_be_duplicate
        return (
            replace(self, rows=self.rows.slice(0, middle), may_be_duplicate=said),
            replace(self, rows=self.rows.slice(middle), may_be_duplicate=said),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """What became of each contact of a batch.

    Attributes:
        route: how they reached Mailchimp.
        rows: one a contact: audience, email_address, person_id, payload_hash,
            marketing_permissions, outcome, reason_code, message and mailchimp_code.
        segment: which one memberships are about, as the ledger calls it.
        answered_at: by Mailchimp's clock, in UTC without a zone.
    """

    route: Operation
    rows: pa.RecordBatch = field(repr=False)
    segment: str = ""
    answered_at: datetime | None = None  # by Mailchimp's clock, in UTC without a zone

    def by_audience(self) -> "dict[str, BatchResult]":
        """The same, parted by audience.

        Returns:
            A result by the name of each.
        """
        audiences = self.rows.column("audience")
        return {
            str(name): replace(self, rows=self.rows.filter(pc.equal(audiences, name)))
            for name in pc.unique(audiences)
        }

    @property
    def counts(self) -> Tally:
        """How many rows ended with each outcome and reason: of a refusal, what Mailchimp says."""
        outcomes = self.rows.column("outcome")
        first = str(outcomes[0])
        codes = self.rows.column("reason_code")
        is_plain = codes.null_count == len(outcomes) and first == "accepted"
        # nearly every batch is accepted whole, and needs no look at each row
        if is_plain and outcomes.value_counts()[0]["counts"].as_py() == len(outcomes):
            return [(first, None, len(outcomes))]
        names = ("outcome", "reason_code", "message", "mailchimp_code")
        columns = (self.rows.column(name).to_pylist() for name in names)
        counted = Counter(zip(*columns, strict=True))
        return [(outcome, said(*why) or None, rows) for (outcome, *why), rows in counted.items()]
