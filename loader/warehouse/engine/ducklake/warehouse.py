"""DuckLake as a warehouse: sessions that share a catalog on a server, and Parquet files."""

import random
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import duckdb

from loader.model.errors import ConfigurationError, WarehouseError
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.engine.duckdb.two_sessions import TwoSessions, in_thread
from loader.warehouse.engine.ducklake.attachment import lake_of
from loader.warehouse.engine.ducklake.rewriting import rewrite

TRIES = 8  # of a transaction that another one was in the way of
LONGEST_PAUSE = 4.0  # seconds between two of them


class Conflict(WarehouseError):
    """Somebody else changed the same table again and again."""

    is_temporary = True


class DuckLake(TwoSessions):
    """Two sessions of a DuckLake, each a DuckDB of its own.

    Args:
        another: opens a session.
        schema: of the target.
        alias: of the lake.
        release: lets go of the schema.
        writing: held by the one of several side by side that writes, for all of them change the
            same tables, and DuckLake lets only one of them.
    """

    def __init__(
        self,
        another: Callable[[], duckdb.DuckDBPyConnection],
        schema: str,
        alias: str,
        release: Callable[[], None] = lambda: None,
        writing: AbstractContextManager[bool] | None = None,
    ) -> None:
        main = another()
        try:
            super().__init__(main, another(), schema)
        except BaseException:
            main.close()
            raise
        self._another = another
        self._alias = alias
        self._release = release
        self._writing = writing or threading.Lock()

    @property
    def remains(self) -> Sequence[str]:
        """Where rows that were deleted may still be read, for people."""
        return [
            "backups, replicas and the log of the server that has the catalog",
            "versions and copies that the store of the data files keeps",
        ]

    @asynccontextmanager
    async def beside(self) -> AsyncIterator["DuckLake"]:
        """The same lake in sessions of their own: temporary tables belong to a session."""
        again = await in_thread(
            lambda: DuckLake(self._another, self.schema, self._alias, writing=self._writing)
        )
        try:
            yield again
        finally:
            await in_thread(again.close)

    @asynccontextmanager
    async def reading(
        self,
        settings: dict[str, Any],
        folder: Path,  # noqa: ARG002 - no path of a catalog begins there
        *,
        wait: float,  # noqa: ARG002 - to read a lake needs no lock
        tell: Callable[[str], None],  # noqa: ARG002
    ) -> AsyncIterator[str]:
        """Another schema of the same lake, to be read only; yields what the lake is called.

        Raises:
            ConfigurationError: it is another lake, or none.
        """
        lake = lake_of(settings)
        here = lake_of({**settings, "database": self._alias})
        if lake is None or here is None or (lake.alias, lake.path) != (here.alias, here.path):
            raise ConfigurationError(
                "The other target is not in the same DuckLake, and the loader compares two schemas"
                " of one. Give both targets the same `attach` and `database`."
            )
        yield self._alias

    @asynccontextmanager
    async def rewriting(self, tables: Sequence[Relation]) -> AsyncIterator[None]:
        """Write the files of tables anew at the end, and delete those that any older state needs.

        Raises:
            WarehouseError: they could not be; what was committed meanwhile is.
        """
        yield
        await in_thread(lambda: self._rewrite(tables))

    def _rewrite(self, tables: Sequence[Relation]) -> None:
        self._let_go()
        self._side.close()
        rewrite(self._main, self._alias, tables, self._committed)
        self.close()

    def _committed(self, change: Callable[[], object]) -> None:
        """Do something that is one transaction; again when another one was in the way.

        Nothing of it was committed then, so it may be done again.

        Raises:
            Conflict: one was, time and again.
        """
        for attempt in range(TRIES):
            try:
                with self._writing:
                    change()
            except duckdb.TransactionException as error:
                if not _is_conflict(error):
                    raise
                time.sleep(random.uniform(0, min(LONGEST_PAUSE, 0.1 * 2**attempt)))  # noqa: S311 - no secret
            else:
                return
        raise Conflict(
            f"Others changed the same tables of the DuckLake while the loader did, {TRIES} times in"
            " a row. What was committed before is kept. Run again, and let no job compact or build"
            " these tables all the time."
        )

    def close(self) -> None:
        """Let go of the sessions, and of the schema."""
        super().close()
        self._release()


def _is_conflict(error: duckdb.Error) -> bool:
    said = str(error)
    return "conflict" in said or "maximum retry count" in said
