"""Segments: saved ones, and static ones, which are the tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson

from loader.sandbox.problems import invalid_field
from loader.sandbox.spelling import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow

SELECT = "SELECT id, name, type, options, created_at, updated_at FROM segments"
OF_LIST = f"{SELECT} WHERE list_key = ? ORDER BY id"
BY_ID = f"{SELECT} WHERE list_key = ? AND id = ?"
BY_NAMES = """
SELECT folded, id, type FROM segments
WHERE list_key = ? AND folded IN (SELECT value FROM json_each(?))
"""
INSERT = """
INSERT INTO segments (id, list_key, name, folded, type, options, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
LAST_ID = "SELECT seq FROM sqlite_sequence WHERE name = 'segments'"
CHANGE = "UPDATE segments SET name = ?, folded = ?, options = ?, updated_at = ? WHERE id = ?"
TOUCH = "UPDATE segments SET updated_at = ? WHERE id = ?"
DELETE = ("DELETE FROM segment_members WHERE segment_id = ?", "DELETE FROM segments WHERE id = ?")
FIRST_ID = 1_000_001
STATIC = "static"
MAX_NAME = 100  # characters (Mailchimp, About tags)
SAVED = "saved"


class Segment(NamedTuple):
    """One segment of a list."""

    id: int
    name: str
    type: str
    options: str
    created_at: str
    updated_at: str


def of_list(store: Store, list_row: ListRow) -> list[Segment]:
    """Return the segments of a list, the oldest first."""
    return [Segment(*row) for row in store.rows(OF_LIST, (list_row.key,))]


def by_id(store: Store, list_row: ListRow, segment_id: int) -> Segment | None:
    """Return a segment of the list, if it has that id."""
    row = store.one(BY_ID, (list_row.key, segment_id))
    return Segment(*row) if row else None


def by_names(store: Store, list_row: ListRow, names: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Return id and type of the segments with these names, by their folded names."""
    folded = orjson.dumps(sorted({name_key(name) for name in names})).decode()
    return {row[0]: (row[1], row[2]) for row in store.rows(BY_NAMES, (list_row.key, folded))}


def make(store: Store, list_row: ListRow, name: str, options: str | None, now: str) -> int:
    """Make a segment, static unless it has conditions; return its id.

    SANDBOX choice: a name that the list has already is refused.
    """
    refuse_long(name)
    if by_names(store, list_row, [name]):
        raise invalid_field("name", "A segment with this name already exists for this list.")
    row = store.one(LAST_ID)
    segment_id: int = row[0] + 1 if row else FIRST_ID
    kind = STATIC if options is None else SAVED
    text = options or ""
    store.write(
        INSERT, (segment_id, list_row.key, name.strip(), name_key(name), kind, text, now, now)
    )
    return segment_id


def change(store: Store, wanted: Segment) -> None:
    """Write what was changed of a segment."""
    name = wanted.name.strip()
    refuse_long(name)
    store.write(CHANGE, (name, name_key(name), wanted.options, wanted.updated_at, wanted.id))


def refuse_long(name: str) -> None:
    """Refuse a name that is too long. SANDBOX choice: the words."""
    if len(name.strip()) > MAX_NAME:
        raise invalid_field("name", f"Names have at most {MAX_NAME} characters.")


def touch(store: Store, segment_id: int, now: str) -> None:
    """Note that the membership of a segment changed."""
    store.write(TOUCH, (now, segment_id))


def delete(store: Store, gone: Segment) -> None:
    """Delete a segment; everybody in it loses the tag."""
    for statement in DELETE:
        store.write(statement, (gone.id,))


def tag_ids(store: Store, list_row: ListRow, names: Iterable[str], now: str) -> dict[str, int]:
    """Return the tags with these names by folded name, made where the list had none.

    SANDBOX choice: a saved segment of that name is refused as a tag.
    """
    wanted = {name_key(name): name for name in reversed(list(names))}
    known = by_names(store, list_row, wanted.values())
    for folded, (_, kind) in known.items():
        if kind != STATIC:
            raise invalid_field("tags", f"{wanted[folded]} is the name of a saved segment.")
    return {
        folded: known[folded][0] if folded in known else make(store, list_row, name, None, now)
        for folded, name in wanted.items()
    }
