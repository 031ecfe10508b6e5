"""Which status a write leaves a contact in, and which writes are refused for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.problems import (
    NULL_FOR_STRING,
    compliance,
    forgotten,
    invalid_field,
    too_many_signups,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from loader.sandbox.state.contacts.members import Member

WRITABLE = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional")
SIGNED_UP = frozenset({"subscribed", "pending"})
PERSON = "person"
ADMIN = "admin"


def requested(row: dict[str, object], name: str, *, nullable: bool) -> str:
    """Return `status` or `status_if_new` as sent, or nothing; `archived` is never writable."""
    value = row.get(name, "")
    if value is None and nullable:
        return ""
    if value is None:
        raise invalid_field(name, NULL_FOR_STRING)
    if name in row and value not in WRITABLE:
        raise invalid_field(name, f"Value must be one of: {', '.join(WRITABLE)}")
    return str(value)


def for_new(address: str, status: str, marks: Collection[str]) -> str:
    """Return the status of a contact that joins the list.

    Somebody deleted for good cannot come back by the API, in no status.
    """
    if "forgotten" in marks:
        raise forgotten(address)
    if status in SIGNED_UP and "too_many_signups" in marks:
        raise too_many_signups(address)
    return status


def for_existing(member: Member, wanted: str, marks: Collection[str]) -> str:
    """Return the status of a contact after a write that asks for one, or for none.

    Who unsubscribed by their own hand is never subscribed by the API, also not through archived,
    pending or transactional; `pending` asks them. SANDBOX choice: a cleaned contact stays cleaned
    whatever is asked; an archived one comes back with any status, but not with `status_if_new`
    alone.
    """
    if not wanted or wanted == member.status:
        return member.status
    if member.status == "cleaned":
        raise compliance(member.email_address)
    if wanted == "subscribed" and member.unsubscribed_by == PERSON:
        raise compliance(member.email_address)
    if wanted in SIGNED_UP and member.status not in SIGNED_UP and "too_many_signups" in marks:
        raise too_many_signups(member.email_address)
    return wanted


def unsubscribed_by(before: str, status: str) -> str:
    """Return who unsubscribed a contact, after a write through the API."""
    if before == PERSON and status != "subscribed":
        return PERSON
    return ADMIN if status == "unsubscribed" else ""
