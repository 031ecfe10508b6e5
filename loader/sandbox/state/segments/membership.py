"""Who is in which static segment, which is the same as who has which tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow
    from loader.sandbox.state.segments.segments import Segment

AMONG = """
SELECT member_id FROM segment_members
WHERE segment_id = ? AND member_id IN (SELECT value FROM json_each(?))
"""
ADD = "INSERT OR IGNORE INTO segment_members (segment_id, member_id, date_added) VALUES (?, ?, ?)"
REMOVE = "DELETE FROM segment_members WHERE segment_id = ? AND member_id = ?"
EMPTY = "DELETE FROM segment_members WHERE segment_id = ?"
IDS_BY_HASHES = """
SELECT id FROM members
WHERE list_key = ? AND subscriber_hash IN (SELECT value FROM json_each(?)) ORDER BY id
"""
COUNTS = """
SELECT segment_id, count(*) FROM segment_members
JOIN members ON members.id = member_id
WHERE segment_id IN (SELECT value FROM json_each(?1))
    AND status IN (SELECT value FROM json_each(?2))
GROUP BY segment_id
"""
PAGE = """
SELECT member_id FROM segment_members
JOIN members ON members.id = member_id
WHERE segment_id = ? AND status IN (SELECT value FROM json_each(?))
ORDER BY member_id LIMIT ? OFFSET ?
"""
TOTAL = """
SELECT count(*) FROM segment_members
JOIN members ON members.id = member_id
WHERE segment_id = ? AND status IN (SELECT value FROM json_each(?))
"""
HELD = """
SELECT member_id, segment_id FROM segment_members
WHERE member_id IN (SELECT value FROM json_each(?))
"""


def ids_by_hashes(store: Store, list_row: ListRow, hashes: Collection[str]) -> list[int]:
    """Return the numbers of those contacts that are on the list, in whatever status."""
    rows = store.rows(IDS_BY_HASHES, (list_row.key, orjson.dumps(list(hashes)).decode()))
    return [row[0] for row in rows]


def among(store: Store, segment_id: int, members: Sequence[int]) -> set[int]:
    """Return which of these contacts are in the segment."""
    rows = store.rows(AMONG, (segment_id, orjson.dumps(members).decode()))
    return {row[0] for row in rows}


def add(store: Store, pairs: Iterable[tuple[int, int]], now: str) -> None:
    """Put contacts into segments: pairs of segment and contact."""
    store.write_all(ADD, ((segment, member, now) for segment, member in pairs))


def remove(store: Store, pairs: Iterable[tuple[int, int]]) -> None:
    """Take contacts out of segments: pairs of segment and contact."""
    store.write_all(REMOVE, pairs)


def empty(store: Store, segment_id: int) -> None:
    """Take everybody out of a segment."""
    store.write(EMPTY, (segment_id,))


def segments_of(store: Store, members: Collection[int]) -> set[tuple[int, int]]:
    """Return the pairs of segment and contact of these contacts."""
    rows = store.rows(HELD, (orjson.dumps(list(members)).decode(),))
    return {(segment, member) for member, segment in rows}


def counts(store: Store, segments: Sequence[Segment], statuses: Sequence[str]) -> dict[int, int]:
    """Return how many contacts in these statuses each segment has."""
    ids = orjson.dumps([segment.id for segment in segments]).decode()
    return dict(store.rows(COUNTS, (ids, orjson.dumps(statuses).decode())))


def page(
    store: Store, segment: Segment, statuses: Sequence[str], count: int, offset: int
) -> list[int]:
    """Return the numbers of one page of a segment's contacts."""
    wanted = orjson.dumps(statuses).decode()
    return [row[0] for row in store.rows(PAGE, (segment.id, wanted, count, offset))]


def total(store: Store, segment: Segment, statuses: Sequence[str]) -> int:
    """Return how many contacts in these statuses a segment has."""
    return store.count(TOTAL, (segment.id, orjson.dumps(statuses).decode()))
