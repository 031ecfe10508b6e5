"""What is said of a person on a list: the first verdict that is true. Pure.

Each verdict has a sentence, and a sentence of what would change it. Where a rule or an answer of
Mailchimp decided, the latter is that of the reason (`loader/model/reasons.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from loader.model.audience import Audience
from loader.model.batch import Operation
from loader.model.reasons import mends, said
from loader.warehouse.rules.rule import LEFT_OUT

Row = dict[str, Any]

LEAVES = {"withdraw": "unsubscribed", "unsubscribe": "unsubscribed", "archive": "archived"}
TAKEN = {"segment_remove": "taken out", "tag_remove": "taken off"}
DEEDS = {
    Operation.WITHDRAW: "unsubscribes the contact, because consent was withdrawn",
    Operation.UPSERT: "sends the contact",
    Operation.CREATE: "creates the contact",
    Operation.REVIVE: "subscribes the contact again",
    Operation.CHANGE_ADDRESS: "gives the contact its new address",
    Operation.SEGMENT_REMOVE: "takes the contact out of the segment",
    Operation.SEGMENT_ADD: "puts the contact into the segment",
    Operation.TAG_REMOVE: "takes the tag off",
    Operation.TAG_ADD: "gives the tag",
    Operation.PERMISSIONS: "sends the marketing permissions",
    Operation.UNSUBSCRIBE: "unsubscribes the contact",
    Operation.ARCHIVE: "archives the contact",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a contact, a membership, a tag or permissions of one audience and list.

    Attributes:
        audience: as it is registered; None where it does not name the list any more.
        stopped: why no sync sends the audience, if so.
        is_selected: whether the audience selects the person now; None where it never did.
        owed: the row of the delta, with what the plan says of it; None where nothing is owed.
        ledger: its row of the ledger.
        status: of the contact when the list was last read; None where it was not there.
        is_read: whether the list was ever read.
        kept_by: other audiences that keep the person on the list.
        is_released: whether `loader retire` let the contact stay for good.
        moves_to: the address that the contact gets, if it is owed another one.
    """

    audience: Audience | None
    stopped: str | None
    kind: str
    is_selected: bool | None
    owed: Row | None = field(repr=False)
    ledger: Row | None = field(repr=False)
    status: str | None
    is_read: bool
    kept_by: tuple[str, ...]
    is_released: bool
    moves_to: str | None = field(repr=False)

    @property
    def outcome(self) -> str | None:
        """What the plan says becomes of the row; None where it goes, or nothing is owed."""
        return None if self.owed is None else self.owed["outcome"]

    @property
    def is_there(self) -> bool:
        """Whether Mailchimp has confirmed it."""
        return self.ledger is not None and self.ledger["confirmed_hash"] is not None

    @property
    def is_managed(self) -> bool:
        """Whether the audience has put it there."""
        return self.ledger is not None and bool(self.ledger["is_managed"])

    @property
    def has_left(self) -> bool:
        """Whether Mailchimp has accepted that it leaves."""
        if self.ledger is None or self.ledger["outcome"] != "accepted":
            return False
        return self.ledger["action"] in LEAVES | TAKEN

    @property
    def is_otherwise(self) -> bool:
        """Whether the list shows the contact in a status that the audience does not keep."""
        if self.audience is None or self.status is None:
            return False
        return self.status not in ("subscribed", self.audience.maintained_status)

    @property
    def words(self) -> dict[str, str]:
        """What stands in the sentences."""
        owed, ledger = self.owed or {}, self.ledger or {}
        code = owed.get("reason_code")
        operation = owed.get("route") or owed.get("action")
        return {
            "deed": DEEDS[Operation(operation)] if operation else "",
            "kept_by": ", ".join(self.kept_by),
            "left": (LEAVES | TAKEN).get(ledger.get("action") or "", ""),
            "moves_to": self.moves_to or "",
            "mends": mends(self.outcome, code) or "Other values in the data",
            "mends_status": mends("held", self.status) or "Other values in the data",
            "reason": said(code, owed.get("message"), owed.get("mailchimp_code")),
            "status": self.status or "in a status that was not read yet",
            "stopped": self.stopped or "",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One verdict.

    Attributes:
        code: what programs read.
        when: whether it is true.
        says: the sentence; a name in braces is one of `Known.words`.
        changed_by: what would change it, in the same way.
    """

    code: str
    when: Callable[[Known], bool]
    says: str
    changed_by: str


VERDICTS = (
    Verdict(
        code="not_built",
        when=lambda known: known.audience is not None and not known.audience.history,
        says="Not sent: {stopped}",
        changed_by="A dbt run that builds the audience",
    ),
    Verdict(
        code="invalid",
        when=lambda known: known.outcome == "invalid",
        says="Invalid: {reason}",
        changed_by="{mends}",
    ),
    Verdict(
        code="held",
        when=lambda known: known.outcome == "held",
        says="Held: {reason}",
        changed_by="{mends}",
    ),
    Verdict(
        code="not_sent",
        when=lambda known: known.owed is not None and known.stopped is not None,
        says="Not sent: {stopped}",
        changed_by="What stops the audience is fixed; `loader check` says how",
    ),
    Verdict(
        code="rejected",
        when=lambda known: known.outcome == "rejected",
        says="Rejected: {reason}",
        changed_by="{mends}",
    ),
    Verdict(
        code="settled",
        when=lambda known: known.outcome == "accepted",
        says="Needs no write: {reason}",
        changed_by="{mends}",
    ),
    Verdict(
        code="waits",
        when=lambda known: known.outcome == LEFT_OUT,
        says="Waits for the contact, which is not sent",
        changed_by="What mends the contact",
    ),
    Verdict(
        code="to_send",
        when=lambda known: known.owed is not None,
        says="Owed: the next sync {deed}",
        changed_by="`loader sync`",
    ),
    Verdict(
        code="changes_address",
        when=lambda known: known.moves_to is not None,
        says="The person has another address by now: {moves_to}",
        changed_by="What is said of the new address",
    ),
    Verdict(
        code="released",
        when=lambda known: known.is_released and not known.is_selected,
        says="Stays on the list: `loader retire --on-leave keep` released it",
        changed_by="Nothing that the loader does, until an audience selects the person",
    ),
    Verdict(
        code="left_behind",
        when=lambda known: known.audience is None and known.is_managed,
        says="Left behind: the audience does not name this list or segment any more",
        changed_by="`loader retire`, or the audience names it again",
    ),
    Verdict(
        code="missing",
        when=lambda known: (
            known.kind == "contact" and known.is_there and known.is_read and known.status is None
        ),
        says="Confirmed, but the list did not show the contact when it was last read",
        changed_by="`loader verify --repair`, then `loader sync`",
    ),
    Verdict(
        code="changed_in_mailchimp",
        when=lambda known: known.kind == "contact" and known.is_there and known.is_otherwise,
        says="Confirmed, but Mailchimp has the contact as {status} since",
        changed_by="{mends_status}",
    ),
    Verdict(
        code="in_step",
        when=lambda known: bool(known.is_selected) and known.is_there and known.kind == "contact",
        says="In step: Mailchimp has the contact as it is wanted, {status}",
        changed_by="Other values in the data, or the person leaves the audience",
    ),
    Verdict(
        code="in_step",
        when=lambda known: bool(known.is_selected) and known.is_there,
        says="In step",
        changed_by="Other values in the data, or the person leaves the audience",
    ),
    Verdict(
        code="not_ours",
        when=lambda known: known.is_managed and bool((known.ledger or {})["pre_existing"]),
        says="Left the audience, and stays: the contact was on the list before the loader",
        changed_by="A person in Mailchimp",
    ),
    Verdict(
        code="kept_by_others",
        when=lambda known: known.is_managed and bool(known.kept_by),
        says="Left the audience, and stays: another audience wants it ({kept_by})",
        changed_by="Those audiences let the person go, too",
    ),
    Verdict(
        code="kept",
        when=lambda known: (
            known.is_managed and known.audience is not None and known.audience.on_leave == "keep"
        ),
        says="Left the audience, and stays as `on_leave: keep` says",
        changed_by="`on_leave: unsubscribe` or `on_leave: archive`, or a person in Mailchimp",
    ),
    Verdict(
        code="stays",
        when=lambda known: known.is_managed,
        says="Left the audience, and nothing is owed",
        changed_by="dbt runs, or the audience selects the person again",
    ),
    Verdict(
        code="left",
        when=lambda known: known.has_left,
        says="Left: {left}",
        changed_by="The audience selects the person again, with consent",
    ),
    Verdict(
        code="not_selected_any_more",
        when=lambda known: known.is_selected is False,
        says="Not selected any more, and nothing of it was sent",
        changed_by="The model selects the person again, and dbt runs",
    ),
    Verdict(
        code="not_selected",
        when=lambda known: known.is_selected is None,
        says="Not selected",
        changed_by="The model selects the person, and dbt runs",
    ),
    Verdict(
        code="nothing_owed",
        when=lambda _: True,
        says="Nothing is owed",
        changed_by="Other values in the data",
    ),
)


def verdict_of(known: Known) -> Verdict:
    """The first verdict that is true, with its sentences filled in.

    Args:
        known: of one contact, membership, tag or permissions.

    Returns:
        The verdict.
    """
    found = next(one for one in VERDICTS if one.when(known))
    words = known.words
    return Verdict(
        code=found.code,
        when=found.when,
        says=found.says.format_map(words),
        changed_by=found.changed_by.format_map(words),
    )
