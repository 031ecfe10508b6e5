"""Contacts, put straight into any state: nothing is validated, nobody is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from loader.sandbox.admin_api.interests_and_permissions import set_by_name
from loader.sandbox.problems import invalid_field
from loader.sandbox.rules.member_write import NOBODY
from loader.sandbox.spelling import name_key, subscriber_hash
from loader.sandbox.state import lists
from loader.sandbox.state.contacts import blocked_addresses, members
from loader.sandbox.state.contacts.preferences import PreferenceNames
from loader.sandbox.state.segments import membership, segments
from loader.sandbox.timestamps import format_timestamp, parse_timestamp

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.contacts.members import Member
    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow

PLAIN = (
    *("status", "unsubscribed_by", "email_type", "language"),
    *("ip_signup", "timestamp_signup", "ip_opt", "timestamp_opt"),
)


def put_contacts(call: Call) -> Document:
    """Put contacts in, in any status; one that is there gets what is sent and keeps the rest.

    `tags`, where sent, replace the tags that the contact has; so do `interests` as a list.
    """
    list_row = lists.get(call.store, call.path["list_id"])
    sent = call.document().get("members")
    if not isinstance(sent, list) or not all("email_address" in row for row in sent):
        raise invalid_field("members", "This value should be a list of contacts with an address")
    rows = {subscriber_hash(str(row["email_address"])): row for row in sent}
    with call.store.writing() as now:
        known = members.by_hashes(call.store, list_row, list(rows))
        names = PreferenceNames(call.store, list_row)
        after = {
            hashed: set_by_name(_contact(row, known.get(hashed), list_row, now), row, names)
            for hashed, row in rows.items()
        }
        new = [hashed for hashed in rows if hashed not in known]
        for number, hashed in enumerate(new, members.next_id(call.store)):
            after[hashed] = after[hashed]._replace(id=number)
        members.insert(call.store, (after[hashed] for hashed in new))
        members.update(call.store, [(old, after[hashed]) for hashed, old in known.items()])
        tags = {after[hashed].id: row["tags"] for hashed, row in rows.items() if "tags" in row}
        _tag(call.store, list_row, tags, now)
    return {"stored": len(rows), "created": len(new)}


def delete_contacts(call: Call) -> Document:
    """Take contacts off the list without a trace, as if they had never been there."""
    list_row = lists.get(call.store, call.path["list_id"])
    with call.store.writing():
        known = members.by_hashes(call.store, list_row, _hashes(call))
        for member in known.values():
            members.delete(call.store, member)
    return {"deleted": len(known)}


def mark_addresses(call: Call) -> Document:
    """Mark addresses as forgotten, as joining too many lists or as poison, or unmark them.

    A forgotten contact leaves the list.
    """
    list_row = lists.get(call.store, call.path["list_id"])
    body = call.document()
    mark = next((mark for mark in blocked_addresses.MARKS if mark == body.get("mark")), None)
    if not mark:
        raise invalid_field("mark", f"Value must be one of: {', '.join(blocked_addresses.MARKS)}")
    hashes = _hashes(call)
    with call.store.writing():
        if body.get("undo") is True:
            blocked_addresses.remove(call.store, list_row, hashes, mark)
            return {"unmarked": len(hashes)}
        blocked_addresses.add(call.store, list_row, hashes, mark)
        if mark == "forgotten":
            for member in members.by_hashes(call.store, list_row, hashes).values():
                members.delete(call.store, member)
    return {"marked": len(hashes)}


def _hashes(call: Call) -> list[str]:
    addresses = call.document().get("addresses")
    if not isinstance(addresses, list):
        raise invalid_field("addresses", "This value should be of type iterable/array")
    return [subscriber_hash(str(address)) for address in addresses]


def _contact(row: Document, known: Member | None, list_row: ListRow, now: str) -> Member:
    address = str(row["email_address"]).strip()
    base = known or NOBODY._replace(
        list_key=list_row.key,
        subscriber_hash=subscriber_hash(address),
        email_address=address,
        status="subscribed",
        timestamp_opt=now,
    )
    moment = parse_timestamp(str(row.get("last_changed", "")))
    status = str(row.get("status", base.status))
    hand = "admin" if status == "unsubscribed" else ""
    changes: dict[str, object] = {name: str(row[name]) for name in PLAIN if name in row}
    changes["unsubscribed_by"] = str(row.get("unsubscribed_by", hand))
    changes["last_changed"] = format_timestamp(moment) if moment else now
    if "vip" in row:
        changes["vip"] = int(row["vip"] is True)
    values = row.get("merge_fields")
    if isinstance(values, dict):
        kept = orjson.loads(base.merge_fields) | values
        filled = {tag: value for tag, value in kept.items() if value != ""}
        changes["merge_fields"] = orjson.dumps(filled).decode()
    return base._replace(**changes)  # type: ignore[arg-type]  # each has the type of its column


def _tag(store: Store, list_row: ListRow, tags: dict[int, list[str]], now: str) -> None:
    if not tags:
        return
    every = dict.fromkeys(name for names in tags.values() for name in names)
    ids = segments.tag_ids(store, list_row, every, now)
    wanted = {(ids[name_key(name)], member) for member, names in tags.items() for name in names}
    held = membership.segments_of(store, tags)
    membership.add(store, wanted - held, now)
    membership.remove(store, held - wanted)
