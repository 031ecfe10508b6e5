"""What a write makes of a contact, one row at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from loader.sandbox.problems import NULL_FOR_STRING, invalid, invalid_field
from loader.sandbox.rules import attributes, statuses
from loader.sandbox.spelling import subscriber_hash
from loader.sandbox.state.contacts.members import Member
from loader.sandbox.state.contacts.preferences import with_preferences

if TYPE_CHECKING:
    from collections.abc import Collection

    from loader.sandbox.rules.interests_and_permissions import PreferenceRules
    from loader.sandbox.rules.merge_field_schema import MergeFieldSchema

NOBODY = Member(0, 0, "", "", "", "", "{}")
NO_MARKS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteContext:
    """What every row of one request is checked against."""

    list_key: int
    merge_fields: MergeFieldSchema
    preferences: PreferenceRules
    nullable: bool  # in a batch every member field may be null, which is as if it were absent
    now: str
    ip: str


def new_member(
    row: dict[str, object], address: str, context: WriteContext, marks: Collection[str] = NO_MARKS
) -> Member:
    """Return the contact that a row adds to the list; `status` goes before `status_if_new`."""
    status = statuses.requested(row, "status", nullable=context.nullable)
    if_new = statuses.requested(row, "status_if_new", nullable=context.nullable)
    if not (status or if_new):
        raise invalid_field("status", "Required fields were not provided: status")
    status = statuses.for_new(address, status or if_new, marks)
    values = context.merge_fields.after_write({}, row.get("merge_fields", {}))
    member = Member(
        id=0,  # until it is written
        list_key=context.list_key,
        subscriber_hash=subscriber_hash(address),
        email_address=address.strip(),
        status=status,
        unsubscribed_by=statuses.unsubscribed_by("", status),
        merge_fields=orjson.dumps(values).decode(),
        ip_opt=context.ip,
        timestamp_opt=context.now,
        last_changed=context.now,
    )
    changes = _other_changes(row, member, context)
    return member._replace(**changes) if changes else member  # type: ignore[arg-type]  # checked


def updated_member(
    member: Member, row: dict[str, object], context: WriteContext, marks: Collection[str] = NO_MARKS
) -> Member:
    """Return the contact after a write; the very same one when nothing changed.

    Nothing that is not sent changes, and `last_changed` moves only with something else.
    """
    wanted = statuses.requested(row, "status", nullable=context.nullable)
    statuses.requested(row, "status_if_new", nullable=context.nullable)
    status = statuses.for_existing(member, wanted, marks)
    before = orjson.loads(member.merge_fields)
    after = context.merge_fields.after_write(before, row.get("merge_fields", {}))
    changes = _other_changes(row, member, context)
    if after != before:
        changes["merge_fields"] = orjson.dumps(after).decode()
    if wanted:
        changes["status"] = status
        changes["unsubscribed_by"] = statuses.unsubscribed_by(member.unsubscribed_by, status)
    if all(value == getattr(member, name) for name, value in changes.items()):
        return member
    changes["last_changed"] = context.now
    return member._replace(**changes)  # type: ignore[arg-type]  # each was checked


def with_new_address(member: Member, address: str, now: str) -> Member:
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


def _other_changes(
    row: dict[str, object], member: Member, context: WriteContext
) -> dict[str, object]:
    """Return what else a row changes; an empty timestamp or IP address leaves what is there."""
    sent = attributes.changes_in(row, nullable=context.nullable)
    changes = sent and {
        name: value for name, value in sent.items() if value != "" or name == "language"
    }
    preferences = context.preferences.changes_in(row)
    if preferences:
        changes["preferences"] = with_preferences(member.preferences, preferences)
    return changes
