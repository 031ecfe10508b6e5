"""Two sessions of DuckDB: stream a query, append batches beside it, execute statements."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import duckdb
import pyarrow as pa

from loader.model.errors import WarehouseError
from loader.text.foreign_text import without_secrets
from loader.warehouse.engine.duckdb.dialect import DUCKDB
from loader.warehouse.sql_templates import Query, rendered

READ_ROWS = 10_000  # of one record batch: twenty calls of 500 contacts


class TwoSessions:
    """What a warehouse does with DuckDB, wherever the tables are.

    The first session executes and streams; the second appends, so that acknowledgements are
    committed while the delta is still being read.

    Args:
        main: the first session.
        side: the second one.
        schema: of the target.
    """

    def __init__(
        self, main: duckdb.DuckDBPyConnection, side: duckdb.DuckDBPyConnection, schema: str
    ) -> None:
        self.schema = schema
        self._main, self._side = main, side
        self._reader: pa.RecordBatchReader | None = None
        self._is_rehearsing = False
        # a session takes one call at a time, also when nobody waits for the one before any more
        self._executing, self._appending = threading.Lock(), threading.Lock()

    def same_name(self, name: str) -> str:
        """What all spellings of a name have in common: DuckDB does not tell the case apart."""
        return name.lower()

    async def stream(self, query: Query) -> AsyncIterator[pa.RecordBatch]:
        """The rows of a query as record batches, read while they are used.

        Raises:
            WarehouseError: the query failed.
        """
        reader = await in_thread(lambda: self._read(query))
        while (batch := await in_thread(lambda: next(reader, None))) is not None:
            yield batch

    async def fetch(self, query: Query) -> list[dict[str, Any]]:
        """The rows of a small answer, all at once.

        Raises:
            WarehouseError: the query failed.
        """

        def run() -> list[dict[str, Any]]:
            with self._executing:
                self._let_go()
                found: list[dict[str, Any]] = self._query(query).to_arrow_table().to_pylist()
                return found

        found: list[dict[str, Any]] = await in_thread(run)
        return found

    async def execute(self, *statements: Query) -> None:
        """Run statements in one transaction.

        Raises:
            WarehouseError: one of them failed; none has had an effect.
        """

        def run() -> None:
            with self._executing:
                self._let_go()
                if self._is_rehearsing:
                    self._run(statements)
                    return
                self._committed(lambda: self._commit(statements))

        await in_thread(run)

    def rolled_back(self) -> AbstractAsyncContextManager[None]:
        """Whatever is executed meanwhile is seen by the queries that follow, and undone at the end.

        Raises:
            WarehouseError: something failed, and nothing more can be tried.
        """
        return self._one_transaction(is_kept=False)

    def transaction(self) -> AbstractAsyncContextManager[None]:
        """Whatever is executed meanwhile is kept together, or undone when an error ends it.

        Raises:
            WarehouseError: it could not be kept, and nothing of it was.
        """
        return self._one_transaction(is_kept=True)

    @asynccontextmanager
    async def _one_transaction(self, *, is_kept: bool) -> AsyncIterator[None]:
        def end(finish: Callable[[], object]) -> None:
            self._let_go()
            finish()

        finish = self._main.rollback
        await in_thread(self._main.begin)
        self._is_rehearsing = True
        try:
            yield
            finish = self._main.commit if is_kept else finish
        finally:
            self._is_rehearsing = False
            await in_thread(lambda: end(finish))

    async def append(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table and commit them, also while a query is being streamed.

        Raises:
            WarehouseError: they could not be written; nothing was.
        """

        def run() -> None:
            with self._appending:
                self._side.register("appended", rows)
                insert = f"insert into {table} by name select * from appended"  # noqa: S608 - a table of ours
                try:
                    self._committed(lambda: self._side.execute(insert))
                finally:
                    self._side.unregister("appended")

        await in_thread(run)

    def _committed(self, change: Callable[[], object]) -> None:
        """Do something that is one transaction; where somebody else may be in the way, again."""
        change()

    def _commit(self, statements: Iterable[Query]) -> None:
        self._main.begin()
        try:
            self._run(statements)
        except BaseException:
            self._main.rollback()
            raise
        self._main.commit()

    def _run(self, statements: Iterable[Query]) -> None:
        for statement in statements:
            text = rendered(statement, DUCKDB)
            for table in text.temporary:
                self._main.execute(f'drop table if exists {DUCKDB.temporary_schema}."{table}"')
            self._main.execute(text, text.values)

    def _query(self, query: Query) -> duckdb.DuckDBPyRelation:
        text = rendered(query, DUCKDB)
        return self._main.sql(text, params=text.values)

    def _read(self, query: Query) -> pa.RecordBatchReader:
        with self._executing:
            self._let_go()
            self._reader = self._query(query).to_arrow_reader(READ_ROWS)
            return self._reader

    def _let_go(self) -> None:
        """A query that nobody reads to its end, as when a run is stopped, holds its session."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def close(self) -> None:
        """Let go of the sessions."""
        self._let_go()
        self._side.close()
        self._main.close()


async def in_thread(call: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the call gives
    """Blocking calls leave the event loop free; DuckDB's errors become ours."""
    try:
        return await asyncio.to_thread(call)
    except duckdb.Error as error:
        # the cause is not kept: its text has the value that DuckDB minds
        raise refused(error) from None


def refused(error: duckdb.Error) -> WarehouseError:
    """What to tell of an error of DuckDB's."""
    return WarehouseError(
        f"The warehouse refused: {first_line(error)} What was committed before is kept. Fix"
        " this, then run again."
    )


def first_line(error: Exception) -> str:
    """What DuckDB says, without the addresses and keys that a value in its message may hold."""
    return without_secrets(next(iter(str(error).splitlines()), type(error).__name__))
