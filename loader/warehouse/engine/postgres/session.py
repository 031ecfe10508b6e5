"""One session of a PostgreSQL server: one call at a time, and errors in our words."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Self

import adbc_driver_postgresql.dbapi as driver
import pyarrow as pa

from loader.model.errors import WarehouseError
from loader.warehouse.engine.postgres.dialect import POSTGRES
from loader.warehouse.engine.postgres.failures import (
    lost,
    reason_of,
    unreachable,
    warehouse_error,
)
from loader.warehouse.engine.postgres.fitting import fitted
from loader.warehouse.engine.postgres.values import with_values
from loader.warehouse.sql_templates import Query, Rendered, rendered

BATCH_BYTES = "adbc.postgresql.batch_size_hint_bytes"
READ_BYTES = 2 << 20  # of one record batch, as PostgreSQL writes it
QUALIFIED = re.compile(r'"((?:[^"]|"")+)"[.]"((?:[^"]|"")+)"')

Prepare = Callable[["Session"], None]


class Session:
    """One connection, which commits each statement by itself unless a transaction is begun.

    Args:
        connection: of the driver, in its autocommit mode.
    """

    def __init__(self, connection: driver.Connection) -> None:
        self._connection = connection
        self._prepare: Prepare = lambda _: None
        self._reading: driver.Cursor | None = None
        self._is_in_transaction = False

    @classmethod
    def connect(cls, conninfo: str) -> Self:
        """The first session of a server.

        Raises:
            WarehouseError: nobody answers there, or the server refuses.
        """
        try:
            connection = driver.connect(conninfo, autocommit=True)
        except driver.Error as error:
            raise unreachable(_raw(error)) from None
        return cls(connection)

    def set_up(self, prepare: Prepare) -> None:
        """Set what a session needs, in this one and in all that it opens from now on.

        Args:
            prepare: sets it.

        Raises:
            WarehouseError: something cannot be set.
        """
        self._prepare = prepare
        prepare(self)

    def another(self) -> "Session":
        """One more session of the same server.

        Raises:
            WarehouseError: the server refuses, as when it has too many.
        """
        try:
            connection = self._connection.adbc_clone()
            connection.adbc_connection.set_autocommit(True)  # a clone has begun a transaction
        except driver.Error as error:
            raise unreachable(_raw(error)) from None
        again = Session(connection)
        try:
            again.set_up(self._prepare)
        except BaseException:
            again.close()
            raise
        return again

    def run(self, query: Query) -> None:
        """Run a statement; the planner learns of the temporary tables that it makes or fills.

        Raises:
            WarehouseError: it failed.
        """
        text = rendered(query, POSTGRES)
        for table in text.temporary:
            self.command(f'drop table if exists {POSTGRES.temporary_schema}."{table}"')
        self.command(text, text.values)
        for table in text.filled:
            self.command(f'analyze {POSTGRES.temporary_schema}."{table}"')

    def command(self, text: str, values: tuple[object, ...] = ()) -> None:
        """Run a text of ours.

        Raises:
            WarehouseError: it failed.
        """
        self.let_go()
        with self._translated(), self._connection.cursor() as cursor:
            cursor.execute(str(text), values or None)

    def rows(self, query: Query, /, *values: object) -> list[dict[str, Any]]:
        """The rows of a small answer.

        Args:
            query: a statement, or a text of ours.
            values: of the parameters of a text.

        Raises:
            WarehouseError: the query failed.
        """
        self.let_go()
        text = rendered(query, POSTGRES)
        with self._translated(), self._connection.cursor() as cursor:
            cursor.execute(str(text), (*text.values, *values) or None)
            found: list[dict[str, Any]] = cursor.fetch_arrow_table().to_pylist()
            return found

    def batches(self, query: Query) -> Iterator[pa.RecordBatch]:
        """The rows of a query, read while they are used.

        Raises:
            WarehouseError: the query failed, perhaps at a later row.
        """
        reader = self._reader(rendered(query, POSTGRES))
        while True:
            with self._translated():
                batch = next(reader, None)
            if batch is None:
                self._close_query()
                return
            yield batch

    def append(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table by the names of their columns, all or none of them.

        Raises:
            WarehouseError: they could not be written; nothing was.
        """
        found = QUALIFIED.fullmatch(table)
        schema, name = (
            (one.replace('""', '"') for one in found.groups()) if found else (None, table)
        )
        with self._translated():
            columns = self._connection.adbc_get_table_schema(name, db_schema_filter=schema)
        taken = fitted(rows, columns, name)
        with self._translated(), self._connection.cursor() as cursor:
            cursor.adbc_ingest(name, taken, mode="append", db_schema_name=schema)

    def begin(self) -> None:
        """Begin a transaction.

        Raises:
            WarehouseError: the connection was lost.
        """
        self.command("begin")
        self._is_in_transaction = True

    def commit(self) -> None:
        """Keep what was done since `begin`.

        Raises:
            WarehouseError: it could not be kept; nothing of it was.
        """
        self._end("commit")

    def rollback(self) -> None:
        """Undo what was done since `begin`.

        Raises:
            WarehouseError: the connection was lost, which undoes it as well.
        """
        self._end("rollback")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is done meanwhile is kept together, or undone when an error ends it.

        Raises:
            WarehouseError: it could not be kept; nothing of it was.
        """
        self.begin()
        try:
            yield
        except BaseException:
            with suppress(WarehouseError):  # the first error says it
                self.rollback()
            raise
        self.commit()

    def let_go(self) -> None:
        """Give up a query that nobody reads to its end: it holds its session."""
        if self._reading is None:
            return
        if not self._is_in_transaction:  # which would end with the query
            self.cancel()
        self._close_query()

    def cancel(self) -> None:
        """Ask the server to end what this session does, from whatever thread."""
        with suppress(driver.Error):
            self._connection.adbc_cancel()

    def close(self) -> None:
        """End the session."""
        self.let_go()
        with suppress(driver.Error):
            self._connection.close()

    def _close_query(self) -> None:
        reading, self._reading = self._reading, None
        if reading is not None:
            with suppress(driver.Error):
                reading.close()

    def _end(self, how: str) -> None:
        self._is_in_transaction = False
        self.command(how)

    def _reader(self, text: Rendered) -> pa.RecordBatchReader:
        self.let_go()
        cursor = self._connection.cursor(adbc_stmt_kwargs={BATCH_BYTES: str(READ_BYTES)})
        self._reading = cursor
        with self._translated():
            cursor.execute(with_values(text))
            return cursor.fetch_record_batch()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The driver's errors become ours; theirs have the statement and its values."""
        try:
            yield
        except driver.Error as error:
            details = {_text(key): _text(value) for key, value in error.details}
            said = details.get("PG_DIAG_MESSAGE_PRIMARY") or reason_of(_raw(error))
            raise self._failed(error.sqlstate, said, _raw(error)) from None
        except (OSError, pa.ArrowException) as error:  # while a query is read
            raise self._failed(None, reason_of(str(error)), str(error)) from None

    def _failed(self, code: str | None, said: str, raw: str) -> WarehouseError:
        if code is None and not self._is_alive():
            return lost(raw)
        return warehouse_error(code, said)

    def _is_alive(self) -> bool:
        try:
            with self._connection.cursor() as cursor:
                cursor.execute("select 1")
        except driver.Error as error:
            return error.sqlstate is not None  # a server that answers
        return True


def _raw(error: Exception) -> str:
    return str(error).partition("\n\nQuery was")[0]


def _text(value: str | bytes) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
