"""What travels along the line: batches, the answers for them, a plan, and word of all that."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import pyarrow as pa
import pyarrow.compute as pc

from loader.words import counted

BATCH_CONTACTS = 500  # per call (Marketing API, Add or update list members in batch; segments too)
BATCH_BYTES = 5_000_000  # of one body

# the reason of an unknown outcome that three runs in a row make a rejection
ALONE = "no usable answer, alone"
SHOWN = "already there"  # why a contact needs no write: the list shows it as it is wanted
TAKEN_OFF = "taken off by another audience"  # why somebody is not asked to leave again
NOT_THERE = "not on the list yet"  # why somebody is held whom a write did not find

Tally = list[tuple[str, str | None, int]]  # outcome, reason, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that a person who waits would like to know.

    Attributes:
        kind: planned, answered or finished, of the rows of an audience that is sent; reading or
            read, of what is pulled.
        subject: the audience, or the list and what is read of it.
        rows: how many; of `finished` the exit code.
    """

    kind: str
    subject: str
    rows: int


Tell = Callable[[Event], None]


class Route(StrEnum):
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
    def is_single(self) -> bool:
        """Whether Mailchimp has no bulk call for it."""
        return self in (Route.REVIVE, Route.ARCHIVE, Route.CHANGE_ADDRESS, Route.PERMISSIONS)

    @property
    def is_membership(self) -> bool:
        """Whether it concerns membership in a segment, which a tag is too."""
        return self.is_add or self in (Route.SEGMENT_REMOVE, Route.TAG_REMOVE)

    @property
    def is_add(self) -> bool:
        """Whether it puts people into a segment."""
        return self in (Route.SEGMENT_ADD, Route.TAG_ADD)

    @property
    def is_write_of_contact(self) -> bool:
        """Whether it brings the payload of a contact."""
        routes = (Route.UPSERT, Route.CREATE, Route.REVIVE, Route.CHANGE_ADDRESS)
        return self in routes

    @property
    def action(self) -> str:
        """The word for it in acknowledgements: creating is a kind of upsert."""
        return "upsert" if self is Route.CREATE else self.value


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

    `rows` has the columns audience, email_address, person_id, payload_hash, known_as (the address
    under which the list has the contact), kept_status (the status, besides subscribed, in which the
    audience keeps contacts), last_changed (when Mailchimp says that the contact was changed last,
    as the list was read) and body, the text of each contact for the request with a comma behind it.
    `segment` is the segment that memberships are about, as the ledger calls it. `is_repeated` says
    that Mailchimp may have been told of them in this run already, without a usable answer.
    """

    route: Route
    rows: pa.RecordBatch = field(repr=False)
    segment: str = ""
    is_repeated: bool = False

    @property
    def size(self) -> int:
        """How many contacts it holds."""
        return int(self.rows.num_rows)

    @property
    def body(self) -> bytes:
        """What goes between the brackets of the request: one slice of the column's buffer."""
        column = self.rows.column("body")
        _, offsets, text = column.buffers()
        ends = memoryview(offsets).cast("i")[column.offset : column.offset + self.size + 1]
        return bytes(memoryview(text)[ends[0] : ends[-1] - 1])

    def halves(self, *, is_repeated: bool) -> "tuple[Batch, Batch]":
        """The same contacts in two calls."""
        middle = self.size // 2
        said = self.is_repeated or is_repeated
        return (
            replace(self, rows=self.rows.slice(0, middle), is_repeated=said),
            replace(self, rows=self.rows.slice(middle), is_repeated=said),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What became of each contact of a batch.

    `rows` has the columns audience, email_address, person_id, payload_hash, outcome, reason and
    text.
    """

    route: Route
    rows: pa.RecordBatch = field(repr=False)
    segment: str = ""
    answered_at: datetime | None = None  # by Mailchimp's clock, in UTC without a zone

    def by_audience(self) -> "dict[str, Answers]":
        """The same, audience by audience."""
        audiences = self.rows.column("audience")
        return {
            str(name): replace(self, rows=self.rows.filter(pc.equal(audiences, name)))
            for name in pc.unique(audiences)
        }

    @property
    def tally(self) -> Tally:
        """How many rows ended with each outcome and reason: of a refusal, what Mailchimp says."""
        outcomes = self.rows.column("outcome")
        first = str(outcomes[0])
        is_plain = self.rows.column("reason").null_count == len(outcomes) and first == "accepted"
        if is_plain and outcomes.value_counts()[0]["counts"].as_py() == len(outcomes):
            return [(first, None, len(outcomes))]
        told = pc.coalesce(self.rows.column("text"), self.rows.column("reason"))
        reasons = told.to_pylist()
        counted = Counter(zip(outcomes.to_pylist(), reasons, strict=True))
        return [(outcome, reason, rows) for (outcome, reason), rows in counted.items()]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRows:
    """Rows of a plan that share what becomes of them; without an outcome they are to be sent.

    `turn` says who comes first where several audiences want something of one contact.
    """

    route: str
    outcome: str | None
    reason: str | None
    is_news: bool
    contacts: int
    turn: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What people would lose, or have changed, who stay wanted.

    Attributes:
        kind: their address, a tag, a segment, a value, an interest, or a marketing permission.
        people: of whom it is true.
        names: of which of these, with the people of each; the most first.
    """

    kind: str
    people: int
    names: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run would do for one audience and list, in numbers.

    Attributes:
        rows: the rows of the delta, by what becomes of them.
        leaving: people who would leave the list or the segment because the audience dropped them.
        withdrawing: people who took their consent back.
        sent: people of whom this audience has put something into the list.
        is_first: whether this audience was never sent to this list before.
        losses: what people would lose who stay wanted.
        strangers: then, contacts of the list that no audience of the warehouse put there or knows.
    """

    rows: tuple[PlannedRows, ...]
    leaving: int
    withdrawing: int
    sent: int
    is_first: bool
    losses: tuple[Loss, ...] = ()
    strangers: int = 0

    def to_send(self, *routes: Route) -> int:
        """How many rows are to be sent by these routes; by any of them when none is named."""
        return sum(
            row.contacts
            for row in self.rows
            if row.outcome is None and (not routes or row.route in routes)
        )

    def turns(self, *routes: Route) -> int:
        """How many turns it takes to send the rows of these routes; 0 where there are none."""
        return max(
            (row.turn for row in self.rows if row.outcome is None and row.route in routes),
            default=0,
        )


def was_given_up(contacts: int) -> str:
    """Say how many stay on the list when they leave their audience, for they are not ours now."""
    who = counted(contacts, "contact stays when it leaves", "contacts stay when they leave")
    them = "it" if contacts == 1 else "them"
    return f"{who}: `loader retire` with --on-leave keep gave {them} up"


def is_given_up(contacts: int) -> str:
    """Say how many stay on the list in a retirement, and are not ours any more."""
    said = "stays on the list and is" if contacts == 1 else "stay on the list and are"
    return f"{contacts:,} {said} not ours any more: no audience takes them out when they leave it"


def stays(contacts: int, by: str) -> str:
    """Say how many stay on the list although their audience would let them leave, and for whom."""
    verb = "stays" if contacts == 1 else "stay"
    return f"{contacts:,} would leave and {verb}: another audience wants them ({by})"
