"""One session of each warehouse, in which a test runs statements as the loader does."""

from typing import Any, Protocol

import adbc_driver_postgresql.dbapi as adbc
import duckdb

from loader.warehouse.engine.dialect import Dialect
from loader.warehouse.engine.duckdb.dialect import DUCKDB
from loader.warehouse.engine.postgres.dialect import POSTGRES
from loader.warehouse.sql_templates import Query, Rendered, rendered
from warehouses import chosen as warehouse
from warehouses.postgres_server import PostgresServer

Found = list[tuple[Any, ...]]


class Session(Protocol):
    """A session of a warehouse that has a schema `main` and nothing in it."""

    dialect: Dialect

    def execute(self, text: str, values: tuple[object, ...] = ()) -> Found:
        """Run a text with these values for $1, $2 and so on; the rows that it finds."""
        ...

    def close(self) -> None:
        """Let go of the session, and of all that was made in it."""
        ...


class DuckDBSession:
    """A session of a database in memory, or of a connection that somebody else closes."""

    dialect: Dialect = DUCKDB

    def __init__(self, connection: duckdb.DuckDBPyConnection | None = None) -> None:
        self._connection = connection or duckdb.connect()

    def execute(self, text: str, values: tuple[object, ...] = ()) -> Found:
        """Run a text with these values; the rows that it finds."""
        return self._connection.execute(text, values).fetchall()

    def close(self) -> None:
        """Let go of the memory."""
        self._connection.close()


class PostgresSession:
    """A session of a server of its own."""

    dialect: Dialect = POSTGRES

    def __init__(self) -> None:
        self._server = PostgresServer()
        self._server.__enter__()
        address = f"host={self._server.home}&port={self._server.port}&user=loader"
        self._connection = adbc.connect(f"postgresql:///postgres?{address}", autocommit=True)
        self.execute("create schema main")
        self.execute("set search_path to main")

    def execute(self, text: str, values: tuple[object, ...] = ()) -> Found:
        """Run a text with these values; the rows that it finds."""
        with self._connection.cursor() as cursor:
            cursor.execute(str(text), values or None)  # the driver takes no class of a text
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()
        self._server.__exit__()


def open_session() -> Session:
    """A session of the warehouse that was chosen."""
    return PostgresSession() if warehouse.chosen() == warehouse.POSTGRES else DuckDBSession()


def run(session: Session, query: Query) -> Found:
    """Run a statement of the loader, as the loader does; the rows that it finds."""
    text: Rendered = rendered(query, session.dialect)
    for table in text.temporary:
        session.execute(f'drop table if exists {session.dialect.temporary_schema}."{table}"')
    return session.execute(text, text.values)
