"""What is known of a person on a list, before anything is said of it. Pure."""

from dataclasses import dataclass, field
from typing import Any

from loader.model.audience import Audience, Pause
from loader.model.batch import Operation
from loader.model.reasons import mends, said

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
    def pause(self) -> Pause | None:
        """The pause that is why no sync sends the audience, if it is one."""
        pause = None if self.audience is None else self.audience.pause
        return pause if pause is not None and self.stopped == str(pause) else None

    @property
    def is_held_back(self) -> bool:
        """Whether no sync sends what is owed; a pause by the loader lets withdrawals go."""
        if self.owed is None or self.stopped is None:
            return False
        sends_withdrawals = self.pause is not None and not self.pause.is_by_person
        return not (sends_withdrawals and self.owed["action"] == Operation.WITHDRAW)

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
