"""DuckDB as a warehouse: a file, which one process holds at a time."""

import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import duckdb

from loader.model.errors import WarehouseError
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.engine.duckdb.file import attach, file_of
from loader.warehouse.engine.duckdb.rewriting import make_room, put_in_place, remove_spilled
from loader.warehouse.engine.duckdb.session import Settings, set_all
from loader.warehouse.engine.duckdb.two_sessions import TwoSessions, first_line, in_thread


class DuckDB(TwoSessions):
    """Two sessions of a DuckDB file."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        schema: str,
        path: Path,
        settings: Settings,
        *,
        release: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(connection, connection.cursor(), schema)
        self._release = release
        self._settings = settings
        self._path = path
        for session in (self._main, self._side):
            set_all(session, settings)

    @property
    def remains(self) -> Sequence[str]:
        """Where rows that were deleted may still be read, for people."""
        told = ["backups and copies of the file, and free blocks of the disk"]
        if spills := self._settings.get("temp_directory"):
            told.append(f"{spills}, where DuckDB spills to disk, as profiles.yml says")
        return told

    @asynccontextmanager
    async def beside(self) -> AsyncIterator["DuckDB"]:
        """The same file in sessions of their own: temporary tables belong to a session."""
        again = DuckDB(self._main.cursor(), self.schema, self._path, self._settings)
        try:
            yield again
        finally:
            await in_thread(again.close)

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
        name = await in_thread(lambda: attach(self._main, path, wait, tell))
        try:
            yield name
        finally:
            await in_thread(lambda: self._main.execute(f"detach {name}"))

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
        room = await in_thread(lambda: make_room(path))
        try:
            yield
        except BaseException:
            shutil.rmtree(room, ignore_errors=True)
            raise
        await in_thread(lambda: self._rewrite(path, room))

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
                f" still show them: {first_line(error)} Fix this, then run again."
            ) from None
        finally:
            shutil.rmtree(room, ignore_errors=True)
        remove_spilled(path)

    def close(self) -> None:
        """Let go of the sessions; of the file, when they are the last ones."""
        super().close()
        self._release()
