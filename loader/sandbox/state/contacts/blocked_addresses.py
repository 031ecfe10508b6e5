"""Addresses that Mailchimp refuses whatever is sent: forgotten, joining too many lists, poison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import orjson

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow

Mark: TypeAlias = Literal["forgotten", "too_many_signups", "poison"]
MARKS: tuple[Mark, ...] = ("forgotten", "too_many_signups", "poison")
ANY = "SELECT 1 FROM blocked_addresses WHERE list_key = ? LIMIT 1"
ANY_OF = "SELECT 1 FROM blocked_addresses WHERE list_key = ? AND mark = ? LIMIT 1"
AMONG = """
SELECT subscriber_hash, mark FROM blocked_addresses
WHERE list_key = ? AND subscriber_hash IN (SELECT value FROM json_each(?))
"""
ADD = "INSERT OR IGNORE INTO blocked_addresses (list_key, subscriber_hash, mark) VALUES (?, ?, ?)"
REMOVE = "DELETE FROM blocked_addresses WHERE list_key = ? AND subscriber_hash = ? AND mark = ?"


def among(store: Store, list_row: ListRow, hashes: Collection[str]) -> set[tuple[str, str]]:
    """Return which of these addresses are marked, and how."""
    if not store.one(ANY, (list_row.key,)):
        return set()
    found = store.rows(AMONG, (list_row.key, orjson.dumps(list(hashes)).decode()))
    return {(subscriber_hash, mark) for subscriber_hash, mark in found}


def any_of(store: Store, list_row: ListRow, mark: Mark) -> bool:
    """Tell whether any address of the list has this mark."""
    return store.one(ANY_OF, (list_row.key, mark)) is not None


def add(store: Store, list_row: ListRow, hashes: Iterable[str], mark: Mark) -> None:
    """Mark addresses."""
    store.write_all(ADD, ((list_row.key, each, mark) for each in hashes))


def remove(store: Store, list_row: ListRow, hashes: Iterable[str], mark: Mark) -> None:
    """Take the mark off addresses."""
    store.write_all(REMOVE, ((list_row.key, each, mark) for each in hashes))
