"""PostgreSQL as a warehouse: stream a query, append batches beside it, execute statements."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from loader.model.errors import ConfigurationError, WarehouseLocked
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.engine.postgres.holders import holder_of_tables
from loader.warehouse.engine.postgres.profile import Profile, profile_of
from loader.warehouse.engine.postgres.rewriting import require_rewritable, rewrite
from loader.warehouse.engine.postgres.session import Session
from loader.warehouse.sql_templates import Query

Found = TypeVar("Found")
CANCEL_SECONDS = 0.1  # until the server is asked again to end a query


class Postgres:
    """Two sessions of a database: one executes and streams, the other one appends meanwhile.

    Args:
        main: executes and streams.
        profile: of the target.
        side: appends; None opens it when it is needed.
    """

    remains = (
        "backups and replicas of the server, its write-ahead log, and free blocks",
        "the log of the server, where it logs statements or their values",
    )

    def __init__(self, main: Session, profile: Profile, *, side: Session | None = None) -> None:
        self.schema = profile.schema
        self._profile = profile
        self._main = main
        self._side = side
        self._is_in_transaction = False
        # a session takes one call at a time, also when nobody waits for the one before any more
        self._executing, self._appending = threading.Lock(), threading.Lock()

    def same_name(self, name: str) -> str:
        """What all spellings of a name have in common: PostgreSQL tells every letter apart."""
        return name

    async def stream(self, query: Query) -> AsyncIterator[pa.RecordBatch]:
        """The rows of a query as record batches, read while they are used.

        Raises:
            WarehouseError: the query failed.
        """
        batches = self._main.batches(query)
        while (batch := await self._in_main(lambda: next(batches, None))) is not None:
            yield batch

    async def fetch(self, query: Query) -> list[dict[str, Any]]:
        """The rows of a small answer, all at once.

        Raises:
            WarehouseError: the query failed.
        """
        return await self._in_main(lambda: self._main.rows(query))

    async def append(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table and commit them, also while a query is being streamed.

        Raises:
            WarehouseError: they could not be written; nothing was.
        """

        def run() -> None:
            with self._appending:
                self._side = self._side or self._main.another()
                side = self._side
                self._telling_who(lambda: side.append(table, rows))

        await _in_thread(run, lambda: self._side)

    async def execute(self, *statements: Query) -> None:
        """Run statements in one transaction.

        Raises:
            WarehouseError: one of them failed; none has had an effect.
        """

        def run() -> None:
            if self._is_in_transaction:
                for statement in statements:
                    self._main.run(statement)
                return
            with self._main.transaction():
                for statement in statements:
                    self._main.run(statement)

        await self._in_main(run)

    @asynccontextmanager
    async def beside(self) -> AsyncIterator["Postgres"]:
        """The same database in sessions of their own: temporary tables belong to a session."""
        main = await _in_thread(self._main.another, lambda: None)
        again = Postgres(main, self._profile)
        try:
            yield again
        finally:
            await _in_thread(again.close, lambda: None)

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
        finish = self._main.rollback
        await self._in_main(self._main.begin)
        self._is_in_transaction = True
        try:
            yield
            finish = self._main.commit if is_kept else finish
        finally:
            try:
                await self._in_main(finish)
            finally:
                self._is_in_transaction = False  # after it: nothing may commit a rehearsal

    @asynccontextmanager
    async def reading(
        self,
        settings: dict[str, Any],
        folder: Path,
        *,
        wait: float,  # noqa: ARG002 - nobody is waited for
        tell: Callable[[str], None],  # noqa: ARG002
    ) -> AsyncIterator[str]:
        """Another schema of this database, to be read only; yields the name of the database.

        Raises:
            ConfigurationError: it is another database.
        """
        other, here = profile_of(settings, folder), self._profile
        if (other.server, other.database) != (here.server, here.database):
            raise ConfigurationError(
                "The other target is another database than this one, and PostgreSQL reads one at a"
                " time. Compare with a target whose host, port and dbname are those of this one,"
                " word by word, and whose schema is another."
            )
        yield here.database

    @asynccontextmanager
    async def rewriting(self, tables: Sequence[Relation]) -> AsyncIterator[None]:
        """Write these tables anew at the end, without the rows that were deleted; let go.

        Nothing is begun when they are not this role's to rewrite.

        Raises:
            WarehouseError: one could not be rewritten.
        """
        await self._in_main(lambda: require_rewritable(self._main, tables))
        yield
        await self._in_main(lambda: rewrite(self._main, tables))
        await _in_thread(self.close, lambda: None)

    def close(self) -> None:
        """Let go of the sessions, and with the first one of the lock."""
        if self._side is not None:
            self._side.close()
        self._main.close()

    def _telling_who(self, call: Callable[[], Found]) -> Found:
        """A table that is held for too long is an error that names its holder."""
        try:
            return call()
        except WarehouseLocked as error:
            raise self._named(error) from None

    def _named(self, error: WarehouseLocked) -> WarehouseLocked:
        asking = self._main.another()  # a transaction that has failed answers nothing
        try:
            who = holder_of_tables(asking, self.schema)
        finally:
            asking.close()
        return WarehouseLocked(
            f"{error} It may be {who}. See to it that this transaction ends, then run again."
        )

    async def _in_main(self, call: Callable[[], Found]) -> Found:
        def run() -> Found:
            with self._executing:
                return self._telling_who(call)

        return await _in_thread(run, lambda: self._main)


async def _in_thread(call: Callable[[], Found], session: Callable[[], Session | None]) -> Found:
    """Blocking calls leave the event loop free; when nobody waits any more, the server stops too.

    Args:
        call: blocks.
        session: gives the one that it uses.
    """
    working = asyncio.ensure_future(asyncio.to_thread(call))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        while not working.done():
            if (used := session()) is not None:
                used.cancel()
            await asyncio.wait({working}, timeout=CANCEL_SECONDS)
        working.exception()  # which nobody waits for
        raise
