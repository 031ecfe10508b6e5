"""The lists of the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from loader.sandbox.problems import not_found

if TYPE_CHECKING:
    from loader.sandbox.state.database import Store

SELECT = "SELECT key, id, name, double_optin, merge_field_limit, date_created FROM lists"
BY_ID = f"{SELECT} WHERE id = ?"
ALL = f"{SELECT} ORDER BY key"
INSERT = """
INSERT INTO lists (id, name, double_optin, merge_field_limit, next_merge_id, date_created)
VALUES (?, ?, ?, ?, 1, ?)
"""
CHANGE = "UPDATE lists SET name = ?, double_optin = ?, merge_field_limit = ? WHERE key = ?"
WITH_STATUS = "SELECT count(*) FROM members WHERE list_key = ? AND status = ?"
DELETE = (
    "DELETE FROM segment_members WHERE segment_id IN (SELECT id FROM segments WHERE list_key = ?)",
    "DELETE FROM segments WHERE list_key = ?",
    "DELETE FROM members WHERE list_key = ?",
    "DELETE FROM blocked_addresses WHERE list_key = ?",
    "DELETE FROM merge_fields WHERE list_key = ?",
    "DELETE FROM interests WHERE list_key = ?",
    "DELETE FROM interest_categories WHERE list_key = ?",
    "DELETE FROM marketing_permissions WHERE list_key = ?",
    "DELETE FROM lists WHERE key = ?",
)
MERGE_FIELD_LIMIT = 30
STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")


class ListRow(NamedTuple):
    """One list; `key` is its number in our tables."""

    key: int
    id: str
    name: str
    double_optin: int
    merge_field_limit: int
    date_created: str


def find(store: Store, list_id: str) -> ListRow | None:
    """Return a list, if there is one of that id."""
    row = store.one(BY_ID, (list_id,))
    return ListRow(*row) if row else None


def get(store: Store, list_id: str) -> ListRow:
    """Return a list, or refuse with 404."""
    found = find(store, list_id)
    if not found:
        raise not_found()
    return found


def all_lists(store: Store) -> list[ListRow]:
    """Return every list, the oldest first."""
    return [ListRow(*row) for row in store.rows(ALL)]


def make(store: Store, wanted: ListRow) -> ListRow:
    """Make a list, without merge fields."""
    limit = wanted.merge_field_limit
    now = wanted.date_created
    store.write(INSERT, (wanted.id, wanted.name, wanted.double_optin, limit, now))
    return get(store, wanted.id)


def change(store: Store, wanted: ListRow) -> None:
    """Write what was changed of a list."""
    limit = wanted.merge_field_limit
    store.write(CHANGE, (wanted.name, wanted.double_optin, limit, wanted.key))


def delete(store: Store, gone: ListRow) -> None:
    """Delete a list and everything on it."""
    for statement in DELETE:
        store.write(statement, (gone.key,))


def counts(store: Store, list_row: ListRow) -> dict[str, int]:
    """Return how many contacts the list has in each status."""
    return {status: store.count(WITH_STATUS, (list_row.key, status)) for status in STATUSES}
