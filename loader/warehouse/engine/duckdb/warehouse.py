"""DuckDB as a warehouse: stream a query, append batches beside it, execute statements."""

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from loader.model.errors import WarehouseError
from loader.text.foreign_text import without_secrets
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.engine.duckdb.dialect import DUCKDB
from loader.warehouse.engine.duckdb.file import attach, file_of
from loader.warehouse.engine.duckdb.rewriting import make_room, put_in_place, remove_spilled
from loader.warehouse.engine.duckdb.session import Settings, set_all
from loader.warehouse.sql_templates import Query, rendered

READ_ROWS = 10_000  # of one record batch: twenty calls of 500 contacts


class DuckDB:
    """Two sessions of a DuckDB file, which one process holds at a time.

    The first session executes and streams; the second appends, so that acknowledgements are
    committed while the delta is still being read.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        schema: str,
        path: Path,
        settings: Settings,
        *,
        release: Callable[[], None] = lambda: None,
    ) -> None:
        self.schema = schema
        self._release = release
        self._settings = settings
        self._path = path
        self._main = connection
        self._side = connection.cursor()
        for session in (self._main, self._side):
            set_all(session, settings)
        self._reader: pa.RecordBatchReader | None = None
        self._is_rehearsing = False
        # a session takes one call at a time, also when nobody waits for the one before any more
        self._executing, self._appending = threading.Lock(), threading.Lock()

    @property
    def remains(self) -> Sequence[str]:
        """Where rows that were deleted may still be read, for people."""
        told = ["backups and copies of the file, and free blocks of the disk"]
        if spills := self._settings.get("temp_directory"):
            told.append(f"{spills}, where DuckDB spills to disk, as profiles.yml says")
        return told

    def same_name(self, name: str) -> str:
        """What all spellings of a name have in common: DuckDB does not tell the case apart."""
        return name.lower()

    async def stream(self, query: Query) -> AsyncIterator[pa.RecordBatch]:
        """The rows of a query as record batches, read while they are used.

        Raises:
            WarehouseError: the query failed.
        """
        reader = await _in_thread(lambda: self._read(query))
        while (batch := await _in_thread(lambda: next(reader, None))) is not None:
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

        found: list[dict[str, Any]] = await _in_thread(run)
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
                self._main.begin()
                try:
                    self._run(statements)
                except BaseException:
                    self._main.rollback()
                    raise
                self._main.commit()

        await _in_thread(run)

    @asynccontextmanager
    async def beside(self) -> AsyncIterator["DuckDB"]:
        """The same file in sessions of their own: temporary tables belong to a session."""
        again = DuckDB(self._main.cursor(), self.schema, self._path, self._settings)
        try:
            yield again
        finally:
            await _in_thread(again.close)

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
        await _in_thread(self._main.begin)
        self._is_rehearsing = True
        try:
            yield
            finish = self._main.commit if is_kept else finish
        finally:
            self._is_rehearsing = False
            await _in_thread(lambda: end(finish))

    @asynccontextmanager
    async def reading(
        self,
        settings: dict[str, Any],
        folder: Path,
        *,
        wait: float,
        tell: Callable[[str], None],
    ) -> AsyncIterator[str]:
        """The file of another target, to be read only; yields what it is called here."""
        path = file_of(settings, folder)
        if path.samefile(self._path):
            yield (await self.fetch("select current_database() as name"))[0]["name"]
            return
        name = await _in_thread(lambda: attach(self._main, path, wait, tell))
        try:
            yield name
        finally:
            await _in_thread(lambda: self._main.execute(f"detach {name}"))

    async def append(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table and commit them, also while a query is being streamed.

        Raises:
            WarehouseError: they could not be written; nothing was.
        """

        def run() -> None:
            with self._appending:
                self._side.register("appended", rows)
                try:
                    self._side.execute(f"insert into {table} by name select * from appended")  # noqa: S608 - a table of ours
                finally:
                    self._side.unregister("appended")

        await _in_thread(run)

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

    @asynccontextmanager
    async def rewriting(self, tables: Sequence[Relation]) -> AsyncIterator[None]:  # noqa: ARG002
        """Write the whole file anew at the end, without blocks in which deleted rows are readable.

        It needs as much room again beside the file, which is let go of at the end. Nothing is begun
        when the file could not be replaced by one with the same owner and mode; a symbolic link
        stays, and what it leads to is replaced.

        Raises:
            WarehouseError: it could not be written; the file has what was committed meanwhile.
        """
        path = self._path.resolve()
        room = await _in_thread(lambda: make_room(path))
        try:
            yield
        except BaseException:
            shutil.rmtree(room, ignore_errors=True)
            raise
        await _in_thread(lambda: self._rewrite(path, room))

    def _rewrite(self, path: Path, room: Path) -> None:
        fresh = room / "fresh.duckdb"
        try:
            self._let_go()
            (name,) = self._main.execute("select current_database()").fetchone() or ("",)
            quoted, place = name.replace('"', '""'), str(fresh).replace("'", "''")
            self._main.execute("checkpoint")  # a log of its own would outlive the old file
            self._main.execute(f"attach '{place}' as loader_fresh")
            fresh.chmod(0o600)  # nothing is in it yet
            self._main.execute(f'copy from database "{quoted}" to loader_fresh')
            self._main.execute("detach loader_fresh")
            put_in_place(fresh, path)  # while nobody else can open the old one
            self.close()
        except duckdb.Error as error:
            raise WarehouseError(
                f"The rows were erased, but {path} could not be rewritten, and its free blocks may"
                f" still show them: {_first_line(error)} Fix this, then run again."
            ) from None
        finally:
            shutil.rmtree(room, ignore_errors=True)
        remove_spilled(path)

    def close(self) -> None:
        """Let go of the sessions; of the file, when they are the last ones."""
        self._let_go()
        self._side.close()
        self._main.close()
        self._release()


async def _in_thread(call: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the call gives
    """Blocking calls leave the event loop free; DuckDB's errors become ours."""
    try:
        return await asyncio.to_thread(call)
    except duckdb.Error as error:
        # the cause is not kept: its text has the value that DuckDB minds
        raise WarehouseError(
            f"The warehouse refused: {_first_line(error)} What was committed before is kept. Fix"
            " this, then run again."
        ) from None


def _first_line(error: Exception) -> str:
    """What DuckDB says, without the addresses and keys that a value in its message may hold."""
    return without_secrets(next(iter(str(error).splitlines()), type(error).__name__))
