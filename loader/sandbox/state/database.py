"""The SQLite database that holds the state: reads, writes, transactions, copies."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from loader.sandbox.state.clock import Clock
from loader.sandbox.state.file import private
from loader.sandbox.state.schema import CAMPAIGNS, LISTS
from loader.sandbox.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

Row: TypeAlias = tuple[Any, ...]  # Any: what a SQLite column holds is known where it is selected

# A killed process loses nothing: the write-ahead log outlives it. The lock keeps a second sandbox
# away from the same file.
PRAGMAS = """
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -200000;
"""


class Store:
    """The state of a sandbox, in a file or in memory."""

    def __init__(
        self, state: Path | None = None, clock: Callable[[], datetime] | None = None
    ) -> None:
        self.clock = clock or Clock()
        self.status_changes: Counter[tuple[str, str]] = (
            Counter()
        )  # status changes; whoever asks clears it
        self._counts: dict[tuple[str, Row], int] = {}
        self._database = sqlite3.connect(
            private(state) if state else ":memory:",
            isolation_level=None,
            timeout=0.1,
            cached_statements=256,
        )
        self._database.executescript(PRAGMAS + LISTS + CAMPAIGNS)
        self._copies: list[sqlite3.Connection] = []

    def now(self) -> str:
        """Return the time as the API writes it."""
        return format_timestamp(self.clock())

    def one(self, sql: str, arguments: Row = ()) -> Row | None:
        """Return the first row, if there is one."""
        row: Row | None = self._database.execute(sql, arguments).fetchone()
        return row

    def rows(self, sql: str, arguments: Row = ()) -> list[Row]:
        """Return all rows."""
        return self._database.execute(sql, arguments).fetchall()

    def stream(self, sql: str, arguments: Row = (), *, size: int = 2000) -> Iterator[list[Row]]:
        """Return all rows, some at a time."""
        cursor = self._database.execute(sql, arguments)
        while chunk := cursor.fetchmany(size):
            yield chunk

    def count(self, sql: str, arguments: Row = ()) -> int:
        """Return a count; counted once between two writes, however many pages ask."""
        known = self._counts.get((sql, arguments))
        if known is None:
            row = self.one(sql, arguments)
            known = self._counts[sql, arguments] = row[0] if row else 0
        return known

    @contextmanager
    def writing(self) -> Iterator[str]:
        """Make what happens inside one transaction, and tell its time."""
        self._counts.clear()
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self.now()
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def write(self, sql: str, arguments: Row = ()) -> int:
        """Run one statement; return how many rows it changed."""
        return self._database.execute(sql, arguments).rowcount

    def write_all(self, sql: str, rows: Iterable[Sequence[object]]) -> int:
        """Run one statement for each row; return how many rows changed."""
        return self._database.executemany(sql, rows).rowcount

    def save_copy(self) -> int:
        """Save a copy of everything, until the sandbox ends; return its number, from 1."""
        copy = sqlite3.connect(":memory:")
        self._database.backup(copy)
        self._copies.append(copy)
        return len(self._copies)

    def restore_copy(self, number: int) -> bool:
        """Restore everything from a copy; return False when there is no such copy."""
        if not 1 <= number <= len(self._copies):
            return False
        self._counts.clear()
        self._copies[number - 1].backup(self._database)
        return True

    def close(self) -> None:
        """Give the file back."""
        for copy in self._copies:
            copy.close()
        self._database.close()
