"""Contacts, put straight into any state: nothing is validated, nobody is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from loader.sandbox.control.switches import Names
from loader.sandbox.rules.addresses import subscriber_hash
from loader.sandbox.rules.spelling import name_key
from loader.sandbox.rules.writes import NOBODY
from loader.sandbox.state import lists
from loader.sandbox.state.contacts import marks, members
from loader.sandbox.state.segments import membership, segments
from loader.sandbox.wire.problems import invalid_field
from loader.sandbox.wire.query import parse, stamp

if TYPE_CHECKING:
    from loader.sandbox.state.contacts.members import Member
    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow
    from loader.sandbox.wire.call import Call, Document

PLAIN = (
    *("status", "unsubscribed_by", "email_type", "language"),
    *("ip_signup", "timestamp_signup", "ip_opt", "timestamp_opt"),
)


def put_contacts(call: Call) -> Document:
    """Put contacts in, in any status; one that is there gets what is sent and keeps the rest.

    `tags`, where sent, replace the tags that the contact has; so do `interests` as a list.
    """
    of = lists.get(call.store, call.path["list_id"])
    sent = call.document().get("members")
    if not isinstance(sent, list) or not all("email_address" in row for row in sent):
        raise invalid_field("members", "This value should be a list of contacts with an address")
    rows = {subscriber_hash(str(row["email_address"])): row for row in sent}
    with call.store.writing() as now:
        known = members.by_hashes(call.store, of, list(rows))
        names = Names(call.store, of)
        after = {
            hashed: names.set_by(row, _contact(row, known.get(hashed), of, now))
            for hashed, row in rows.items()
        }
        new = [hashed for hashed in rows if hashed not in known]
        for number, hashed in enumerate(new, members.next_id(call.store)):
            after[hashed] = after[hashed]._replace(id=number)
        members.insert(call.store, (after[hashed] for hashed in new))
        members.update(call.store, [(old, after[hashed]) for hashed, old in known.items()])
        tags = {after[hashed].id: row["tags"] for hashed, row in rows.items() if "tags" in row}
        _tag(call.store, of, tags, now)
    return {"stored": len(rows), "created": len(new)}


def delete_contacts(call: Call) -> Document:
    """Take contacts off the list without a trace, as if they had never been there."""
    of = lists.get(call.store, call.path["list_id"])
    with call.store.writing():
        known = members.by_hashes(call.store, of, _hashes(call))
        for member in known.values():
            members.delete(call.store, member)
    return {"deleted": len(known)}


def mark_addresses(call: Call) -> Document:
    """Mark addresses as forgotten, as joining too many lists or as poison, or unmark them.

    A forgotten contact leaves the list.
    """
    of = lists.get(call.store, call.path["list_id"])
    body = call.document()
    mark = next((mark for mark in marks.MARKS if mark == body.get("mark")), None)
    if not mark:
        raise invalid_field("mark", f"Value must be one of: {', '.join(marks.MARKS)}")
    hashes = _hashes(call)
    with call.store.writing():
        if body.get("undo") is True:
            marks.remove(call.store, of, hashes, mark)
            return {"unmarked": len(hashes)}
        marks.add(call.store, of, hashes, mark)
        if mark == "forgotten":
            for member in members.by_hashes(call.store, of, hashes).values():
                members.delete(call.store, member)
    return {"marked": len(hashes)}


def _hashes(call: Call) -> list[str]:
    addresses = call.document().get("addresses")
    if not isinstance(addresses, list):
        raise invalid_field("addresses", "This value should be of type iterable/array")
    return [subscriber_hash(str(address)) for address in addresses]


def _contact(row: Document, known: Member | None, of: ListRow, now: str) -> Member:
    address = str(row["email_address"]).strip()
    base = known or NOBODY._replace(
        list_key=of.key,
        subscriber_hash=subscriber_hash(address),
        email_address=address,
        status="subscribed",
        timestamp_opt=now,
    )
    moment = parse(str(row.get("last_changed", "")))
    status = str(row.get("status", base.status))
    hand = "admin" if status == "unsubscribed" else ""
    changes: dict[str, object] = {name: str(row[name]) for name in PLAIN if name in row}
    changes["unsubscribed_by"] = str(row.get("unsubscribed_by", hand))
    changes["last_changed"] = stamp(moment) if moment else now
    if "vip" in row:
        changes["vip"] = int(row["vip"] is True)
    values = row.get("merge_fields")
    if isinstance(values, dict):
        kept = orjson.loads(base.merge_fields) | values
        filled = {tag: value for tag, value in kept.items() if value != ""}
        changes["merge_fields"] = orjson.dumps(filled).decode()
    return base._replace(**changes)  # type: ignore[arg-type]  # each has the type of its column


def _tag(store: Store, of: ListRow, tags: dict[int, list[str]], now: str) -> None:
    if not tags:
        return
    every = dict.fromkeys(name for names in tags.values() for name in names)
    ids = segments.tag_ids(store, of, every, now)
    wanted = {(ids[name_key(name)], member) for member, names in tags.items() for name in names}
    held = membership.held(store, tags)
    membership.add(store, wanted - held, now)
    membership.remove(store, held - wanted)
