"""What travels along the line: audiences, batches of contacts, and the answers for them."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_CONTACTS = 500  # per call (Marketing API, Add or update list members in batch; segments too)
BATCH_BYTES = 5_000_000  # of one body

# the reason of an unknown outcome that three runs in a row make a rejection
ALONE = "no usable answer, alone"

ON_LEAVE = ("keep", "unsubscribe", "archive")  # what may happen to a contact of ours

Tally = list[tuple[str, str | None, int]]  # outcome, reason, rows


class Route(StrEnum):
    """How a row of the delta reaches Mailchimp; each is one kind of call."""

    WITHDRAW = "withdraw"  # consent taken back: unsubscribe, ours or not
    UPSERT = "upsert"  # create or update
    CREATE = "create"  # create, and leave alone who is there already
    REVIVE = "revive"  # somebody whom we archived is wanted again
    SEGMENT_REMOVE = "segment_remove"
    SEGMENT_ADD = "segment_add"
    UNSUBSCRIBE = "unsubscribe"
    ARCHIVE = "archive"

    @property
    def is_single(self) -> bool:
        """Whether Mailchimp has no bulk call for it."""
        return self in (Route.REVIVE, Route.ARCHIVE)

    @property
    def is_segment(self) -> bool:
        """Whether it concerns membership in a segment and not the contact itself."""
        return self in (Route.SEGMENT_ADD, Route.SEGMENT_REMOVE)

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
class MergeField:
    """A merge field that an audience fills: its tag, and the type it is made with when missing."""

    tag: str
    name: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """One audience and one list that it feeds, as dbt validated and registered it."""

    name: str
    path: str
    tags: tuple[str, ...]
    enabled: bool
    status: str
    failed_tests: tuple[str, ...]
    history: str
    current: str
    delta: str
    list_id: str
    contacts: str
    segment: str | None
    on_leave: str
    status_if_new: str
    merge_fields: tuple[MergeField, ...]
    missing_merge_fields: str
    max_leave: str
    account: str
    adopt: bool

    @property
    def writes_contacts(self) -> bool:
        """Whether contacts may be touched at all, and not only a segment."""
        return self.contacts != "none"

    @property
    def kept_status(self) -> str:
        """The status, besides subscribed, in which this audience keeps contacts up to date.

        Somebody who asks for transactional or unsubscribed contacts wants them updated as such;
        a pending contact has not said yes yet, and is held until then.
        """
        asked = self.status_if_new
        return asked if asked in ("transactional", "unsubscribed") else "subscribed"

    @property
    def is_in_project(self) -> bool:
        """Whether its model is still in the dbt project."""
        return self.status != "removed"

    @property
    def unsent_because(self) -> str | None:
        """Why this audience is not sent, or None when it is."""
        if not self.is_in_project:
            return "its model is not in the dbt project any more, or is disabled there"
        if not self.enabled:
            return "it is switched off (enabled: false)"
        if self.status != "success":
            return f"its last build in dbt ended as '{self.status}'; build it again"
        if self.failed_tests:
            tests = ", ".join(test.split(".")[2] for test in self.failed_tests)
            return f"its tests failed in dbt: {tests}; mend them and run dbt build"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Contacts of one audience that one call tells Mailchimp about.

    `rows` has the columns email_address, person_id, payload_hash and body, the text of each contact
    for the request with a comma behind it. `is_repeated` says that Mailchimp may have been told of
    them in this run already, without a usable answer.
    """

    route: Route
    rows: "pa.RecordBatch" = field(repr=False)
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
            Batch(route=self.route, rows=self.rows.slice(0, middle), is_repeated=said),
            Batch(route=self.route, rows=self.rows.slice(middle), is_repeated=said),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What became of each contact of a batch.

    `rows` has the columns email_address, person_id, payload_hash, outcome, reason and text.
    """

    route: Route
    rows: "pa.RecordBatch" = field(repr=False)
    answered_at: str | None = None  # Mailchimp's clock, as an HTTP date

    @property
    def tally(self) -> Tally:
        """How many rows ended with each outcome and reason."""
        outcomes = self.rows.column("outcome")
        first = str(outcomes[0])
        if outcomes.value_counts()[0]["counts"].as_py() == len(outcomes) and first == "accepted":
            return [(first, None, len(outcomes))]
        reasons = self.rows.column("reason").to_pylist()
        counted = Counter(zip(outcomes.to_pylist(), reasons, strict=True))
        return [(outcome, reason, rows) for (outcome, reason), rows in counted.items()]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRows:
    """Rows of a plan that share what becomes of them; without an outcome they are to be sent."""

    route: str
    outcome: str | None
    reason: str | None
    is_news: bool
    contacts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run would do for one audience and list, in numbers.

    Attributes:
        rows: the rows of the delta, by what becomes of them.
        leaving: people who would leave the list or the segment because the audience dropped them.
        withdrawing: people who took their consent back.
        sent: people of whom this audience has put something into the list.
        is_first: whether this audience was never sent to this list before.
    """

    rows: tuple[PlannedRows, ...]
    leaving: int
    withdrawing: int
    sent: int
    is_first: bool

    def to_send(self, *routes: Route) -> int:
        """How many rows are to be sent by these routes; by any of them when none is named."""
        return sum(
            row.contacts
            for row in self.rows
            if row.outcome is None and (not routes or row.route in routes)
        )
