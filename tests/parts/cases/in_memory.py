"""A statement of the loader on tables in memory: rows in, rows out."""

from typing import Any, Self

import duckdb

from fakes import make_tables
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.sql_templates import Query, statement, tables
from warehouses.sessions import DuckDBSession, open_session, run

Row = dict[str, Any]

RUN = {"run_id": "run 2", "audience": "readers", "list_id": "f00d"}


class InMemory:
    """The shared tables as dbt makes them, and what a statement does to them.

    Every statement is given the tables, and the key of one run: run `run 2` of the audience
    `readers` on the list `f00d`. What was done in the context is undone at its end.
    """

    def __init__(self) -> None:
        self._session = open_session()
        make_tables(self._session)

    def __enter__(self) -> Self:
        self._session.execute("begin")
        return self

    def __exit__(self, *_: object) -> None:
        self._session.execute("rollback")

    def close(self) -> None:
        """Let go of the session."""
        self._session.close()

    def make(self, table: str, **columns: str) -> None:
        """Make a table of these columns and types, as a statement before would have."""
        described = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        self._session.execute(f'drop table if exists "{table}"')
        self._session.execute(f'create table "{table}" ({described})')

    def given(self, table: str, *rows: Row) -> None:
        """Put rows into a table; a column that a row does not name is NULL."""
        for row in rows:
            names = ", ".join(f'"{name}"' for name in row)
            places = ", ".join(f"${number}" for number, _ in enumerate(row, start=1))
            text = f'insert into "{table}" ({names}) values ({places})'
            self._session.execute(text, tuple(row.values()))

    def run(self, *names: str, **values: object) -> None:
        """Run statements of `loader/warehouse/sql`, with these values beside the run's own."""
        for name in names:
            known: dict[str, object] = {**tables("main"), **RUN, **values}
            run(self._session, statement(name, **known))

    def found(self, name: str, **values: object) -> list[tuple[Any, ...]]:
        """What a statement that changes nothing says, with these values beside the run's own."""
        known: dict[str, object] = {**tables("main"), **RUN, **values}
        return self.rows(statement(name, **known))

    def rows(self, query: Query) -> list[tuple[Any, ...]]:
        """What a query finds."""
        return run(self._session, query)

    def row(self, query: Query) -> tuple[Any, ...]:
        """The one row that a query finds."""
        (found,) = self.rows(query)
        return found


def execute(connection: duckdb.DuckDBPyConnection, query: Query) -> None:
    """Run a statement of the loader, as the loader does."""
    run(DuckDBSession(connection), query)


def relation(table: str) -> Relation:
    """A table of the warehouse in memory, as a value of a statement."""
    return Relation(f'"{table}"')
