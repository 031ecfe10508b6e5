"""What a write makes of a contact, one row at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from loader.sandbox.rules import profile, statuses
from loader.sandbox.rules.addresses import subscriber_hash
from loader.sandbox.rules.switches import Switches, switched
from loader.sandbox.state.contacts.members import Member
from loader.sandbox.wire.problems import NULL_FOR_STRING, invalid, invalid_field

if TYPE_CHECKING:
    from collections.abc import Collection

    from loader.sandbox.rules.form import Form

NOBODY = Member(0, 0, "", "", "", "", "{}")
NO_MARKS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every row of one request is judged by."""

    list_key: int
    form: Form
    switches: Switches
    nullable: bool  # in a batch every member field may be null, which is as if it were absent
    now: str
    ip: str


def created(
    row: dict[str, object], address: str, desk: Desk, marks: Collection[str] = NO_MARKS
) -> Member:
    """Return the contact that a row adds to the list; `status` goes before `status_if_new`."""
    status = statuses.asked(row, "status", nullable=desk.nullable)
    if_new = statuses.asked(row, "status_if_new", nullable=desk.nullable)
    if not (status or if_new):
        raise invalid_field("status", "Required fields were not provided: status")
    status = statuses.of_new(address, status or if_new, marks)
    values = desk.form.filled({}, row.get("merge_fields", {}))
    member = Member(
        id=0,  # until it is written
        list_key=desk.list_key,
        subscriber_hash=subscriber_hash(address),
        email_address=address.strip(),
        status=status,
        unsubscribed_by=statuses.unsubscribed_by("", status),
        merge_fields=orjson.dumps(values).decode(),
        ip_opt=desk.ip,
        timestamp_opt=desk.now,
        last_changed=desk.now,
    )
    changes = _brought(row, member, desk)
    return member._replace(**changes) if changes else member  # type: ignore[arg-type]  # checked


def changed(
    member: Member, row: dict[str, object], desk: Desk, marks: Collection[str] = NO_MARKS
) -> Member:
    """Return the contact after a write; the very same one when nothing changed.

    Nothing that is not sent changes, and `last_changed` moves only with something else.
    """
    wanted = statuses.asked(row, "status", nullable=desk.nullable)
    statuses.asked(row, "status_if_new", nullable=desk.nullable)
    status = statuses.of_existing(member, wanted, marks)
    before = orjson.loads(member.merge_fields)
    after = desk.form.filled(before, row.get("merge_fields", {}))
    changes = _brought(row, member, desk)
    if after != before:
        changes["merge_fields"] = orjson.dumps(after).decode()
    if wanted:
        changes["status"] = status
        changes["unsubscribed_by"] = statuses.unsubscribed_by(member.unsubscribed_by, status)
    if all(value == getattr(member, name) for name, value in changes.items()):
        return member
    changes["last_changed"] = desk.now
    return member._replace(**changes)  # type: ignore[arg-type]  # each was checked


def renamed(member: Member, address: str, now: str) -> Member:
    """Return the contact under a new address: another hash, the same contact.

    SANDBOX choice: a letter case that differs is no new address, and the first spelling stays.
    """
    new_hash = subscriber_hash(address)
    if new_hash == member.subscriber_hash:
        return member
    return member._replace(
        subscriber_hash=new_hash, email_address=address.strip(), last_changed=now
    )


def tag_names(row: dict[str, object]) -> list[str] | None:
    """Return the names of the tags that a row carries, or nothing if it carries none."""
    sent = row.get("tags")
    if sent is None:
        return None
    if not isinstance(sent, list) or not all(isinstance(name, str) for name in sent):
        raise invalid_field("tags", "This value should be of type iterable/array")
    if not all(name.strip() for name in sent):
        raise invalid_field("tags", "This value should not be blank")
    return sent


def address_in(row: dict[str, object], *, nullable: bool) -> str:
    """Return the address of a row."""
    address = row.get("email_address")
    if address is None and nullable:
        raise invalid("Please provide a valid email address.")
    if "email_address" not in row:
        raise invalid_field("", "Required fields were not provided: email_address")
    if not isinstance(address, str):
        raise invalid_field("email_address", NULL_FOR_STRING)
    if not address.strip():
        raise invalid_field("email_address", "This value should not be blank")
    return address


def _brought(row: dict[str, object], member: Member, desk: Desk) -> dict[str, object]:
    """Return attributes and switches of a row; an empty moment or address leaves what is there."""
    sent = profile.sent(row, nullable=desk.nullable)
    changes = sent and {
        name: value for name, value in sent.items() if value != "" or name == "language"
    }
    switches = desk.switches.sent(row)
    if switches:
        changes["switches"] = switched(member.switches, switches)
    return changes
