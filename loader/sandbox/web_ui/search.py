"""Which contacts of a list a visitor of the web UI wants to see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.database import Row, Store
    from loader.sandbox.state.lists import ListRow

PAGE = 50
MAX_PAGE = 1_000_000
WHERE = """
FROM members WHERE list_key = ?1 AND (?2 = '' OR status = ?2)
    AND (?3 = '' OR instr(lower(email_address), ?3))
    AND (?4 = '' OR id IN (
        SELECT member_id FROM segment_members WHERE segment_id = CAST(?4 AS INTEGER)))
"""
COUNT = f"SELECT count(*) {WHERE}"
IDS = f"SELECT id {WHERE} ORDER BY last_changed DESC, status DESC, id DESC LIMIT ?5 OFFSET ?6"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A filter, and a page of what it leaves."""

    text: str
    status: str
    segment: str
    number: int

    @classmethod
    def of(cls, call: Call) -> Search:
        """Return what a visitor asked for; a page that is no number is the first."""
        number = call.query.text("page")
        digits = number.isascii() and number.isdecimal()
        return cls(
            text=call.query.text("q"),
            status=call.query.text("status"),
            segment=call.query.text("segment"),
            number=min(max(int(number), 1), MAX_PAGE) if digits else 1,
        )

    @property
    def offset(self) -> int:
        """How many contacts come before this page."""
        return (self.number - 1) * PAGE

    def total(self, store: Store, list_row: ListRow) -> int:
        """Return how many contacts there are to see."""
        return store.count(COUNT, self._arguments(list_row))

    def page(self, store: Store, list_row: ListRow) -> list[int]:
        """Return the numbers of the contacts of this page, the last changed first."""
        rows = store.rows(IDS, (*self._arguments(list_row), PAGE, self.offset))
        return [row[0] for row in rows]

    def _arguments(self, list_row: ListRow) -> Row:
        return (list_row.key, self.status, self.text.lower(), self.segment)
