"""The ways in which a list differs from what was confirmed of it, and what repairs each.

Each has a statement `drift/<name>` that finds it. They run in this order: what the others
ask of, among it the changed addresses, is worked out after the first.
"""

from dataclasses import dataclass
from enum import StrEnum

from loader.warehouse.engine.dialect import Relation
from loader.warehouse.sql_templates import quoted_text


class Repair(StrEnum):
    """What `loader verify --repair` makes the next sync do."""

    SEND = "Writes the contact again, or holds it and says why"
    GIVE_AGAIN = "Puts the contact into the segment again, or gives it the tag"
    TAKE_OUT = "Takes the contact out of the segment, or the tag off"
    NOTE = "Nothing: a later verify does not report it again"


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftType:
    """A kind of drift.

    Attributes:
        name: what its statement is called.
        code: what stands in `drift_type`.
        means: when it is found, in words.
        is_manual_change: whether a person may have meant it, so that no sync undoes it.
        repair: what becomes of it.
    """

    name: str
    code: str
    means: str
    is_manual_change: bool
    repair: Repair


EMAIL_CHANGED = "email_changed"
MISSING_CONTACT = "missing_contact"

DRIFT_TYPES = (
    DriftType(
        name="email_changed",
        code=EMAIL_CHANGED,
        means="Somebody changed the address of a contact of ours in Mailchimp",
        is_manual_change=True,
        repair=Repair.SEND,
    ),
    DriftType(
        name="missing_contact",
        code=MISSING_CONTACT,
        means="The list does not show a contact that is wanted and was sent",
        is_manual_change=False,
        repair=Repair.SEND,
    ),
    DriftType(
        name="status_changed",
        code="status_changed",
        means="The list shows a contact in a status that the audience does not keep",
        is_manual_change=True,
        repair=Repair.SEND,
    ),
    DriftType(
        name="value_changed",
        code="value_changed",
        means="A field, attribute or interest is not as it was confirmed",
        is_manual_change=False,
        repair=Repair.SEND,
    ),
    DriftType(
        name="missing_member",
        code="missing_member",
        means="A contact is not in a segment that we put it into, or has not a tag that we gave",
        is_manual_change=False,
        repair=Repair.GIVE_AGAIN,
    ),
    DriftType(
        name="unexpected_member",
        code="unexpected_member",
        means="A contact is in a segment that we made, and we did not put it there",
        is_manual_change=False,
        repair=Repair.TAKE_OUT,
    ),
    DriftType(
        name="unexpected_tag",
        code="unexpected_member",
        means="A contact has a tag that we took off, and that no audience gives",
        is_manual_change=False,
        repair=Repair.TAKE_OUT,
    ),
    DriftType(
        name="permission_changed",
        code="permission_changed",
        means="A marketing permission is not as it was given",
        is_manual_change=True,
        repair=Repair.NOTE,
    ),
    DriftType(
        name="resubscribed",
        code="resubscribed",
        means="Somebody whom we told to leave, and whom nobody wants, is subscribed",
        is_manual_change=True,
        repair=Repair.NOTE,
    ),
)


def repairs() -> dict[str, Relation | str]:
    """The values of the statements that heal: the codes of what each of them heals."""
    return {
        "to_send": _codes(Repair.SEND),
        "to_give_again": _codes(Repair.GIVE_AGAIN),
        "to_take_out": _codes(Repair.TAKE_OUT),
        "missing_contact": MISSING_CONTACT,
    }


def _codes(repair: Repair) -> Relation:
    codes = {one.code: None for one in DRIFT_TYPES if one.repair is repair}
    return Relation(f"({', '.join(quoted_text(one) for one in codes)})")
