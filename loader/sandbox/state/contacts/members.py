"""The contacts of a list as rows: found, inserted, updated, deleted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import orjson

from loader.sandbox.spelling import subscriber_hash
from loader.sandbox.state.contacts.member_json import CONTACT_ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow


class Member(NamedTuple):
    """One contact as it is stored; `merge_fields` is JSON by tag without the empty ones.

    `preferences` is a JSON object of the ids of those interests and permissions that are on.
    """

    id: int
    list_key: int
    subscriber_hash: str
    email_address: str
    status: str
    unsubscribed_by: str  # person, admin, or nobody
    merge_fields: str
    email_type: str = "html"
    language: str = ""
    vip: int = 0
    location: str = ""  # JSON, or nothing
    ip_signup: str = ""
    timestamp_signup: str = ""
    ip_opt: str = ""
    timestamp_opt: str = ""
    last_changed: str = ""
    preferences: str = "{}"


COLUMNS = ", ".join(Member._fields)
BY_HASHES = f"""
SELECT {COLUMNS} FROM members
WHERE list_key = ? AND subscriber_hash IN (SELECT value FROM json_each(?))
"""  # noqa: S608 - a constant of ours
BY_HASH = f"""
SELECT {COLUMNS} FROM members WHERE list_key = ? AND subscriber_hash = ?
"""  # noqa: S608 - a constant of ours
BY_ID = f"""
SELECT {COLUMNS} FROM members WHERE list_key = ? AND id = ?
"""  # noqa: S608 - a constant of ours
INSERT = f"""
INSERT INTO members ({COLUMNS}) VALUES ({", ".join("?" * len(Member._fields))})
"""  # noqa: S608 - a constant of ours
LAST_ID = "SELECT seq FROM sqlite_sequence WHERE name = 'members'"
# Two ways to update: an index is rewritten when its column is named, changed or not.
UPDATE = """
UPDATE members SET merge_fields = ?7, email_type = ?8, language = ?9, vip = ?10, location = ?11,
    ip_signup = ?12, timestamp_signup = ?13, ip_opt = ?14, timestamp_opt = ?15, last_changed = ?16,
    preferences = ?17
WHERE id = ?1
"""
MOVE = """
UPDATE members SET subscriber_hash = ?3, email_address = ?4, status = ?5, unsubscribed_by = ?6
WHERE id = ?1
"""
DELETE = "DELETE FROM members WHERE id = ?"
UNTAG = "DELETE FROM segment_members WHERE member_id = ?"
CONTACT = re.compile(CONTACT_ID + r"0{11}[0-9a-f]{15}")
NOT_THERE = "(none)"
FIRST_ID = 100_000_001  # as long as the real ones


def by_hash(store: Store, list_row: ListRow, hashed: str) -> Member | None:
    """Return the contact with that hash, if the list has it, archived or not."""
    row = store.one(BY_HASH, (list_row.key, hashed))
    return Member(*row) if row else None


def by_id(store: Store, list_row: ListRow, member_id: int) -> Member | None:
    """Return the contact with that number, if the list has it."""
    row = store.one(BY_ID, (list_row.key, member_id))
    return Member(*row) if row else None


def by_hashes(store: Store, list_row: ListRow, hashes: Sequence[str]) -> dict[str, Member]:
    """Return those of many contacts that the list has."""
    rows = store.rows(BY_HASHES, (list_row.key, orjson.dumps(hashes).decode()))
    return {row[2]: Member(*row) for row in rows}


def find(store: Store, list_row: ListRow, name: str) -> Member | None:
    """Return the contact that a path names by hash, by address or by contact id."""
    if "@" in name:
        return by_hash(store, list_row, subscriber_hash(name))
    found = by_hash(store, list_row, name.lower())
    if found or not CONTACT.fullmatch(name):
        return found
    return by_id(store, list_row, int(name.removeprefix(CONTACT_ID), 16))


def next_id(store: Store) -> int:
    """Return the number of the next contact; a number is never used twice."""
    row = store.one(LAST_ID)
    return row[0] + 1 if row else FIRST_ID


def insert(store: Store, members: Iterable[Member]) -> None:
    """Write new contacts."""
    new = list(members)
    store.status_changes.update((NOT_THERE, member.status) for member in new)
    store.write_all(INSERT, new)


def update(store: Store, changed: Sequence[tuple[Member, Member]]) -> None:
    """Write changed contacts, each with what it was before."""
    store.status_changes.update(
        (old.status, new.status) for old, new in changed if new.status != old.status
    )
    moved = [new[:6] for old, new in changed if new[2:6] != old[2:6]]
    store.write_all(UPDATE, [new for _, new in changed])
    if moved:
        store.write_all(MOVE, moved)


def delete(store: Store, gone: Member) -> None:
    """Delete a contact for good, with its tags."""
    store.status_changes[gone.status, NOT_THERE] += 1
    store.write(UNTAG, (gone.id,))
    store.write(DELETE, (gone.id,))
