"""A DuckDB and a PostgreSQL that have the same rows, and what a statement does in each."""

import json
import re
from collections.abc import Iterable
from random import Random
from typing import Any

import duckdb
import pyarrow as pa

from cases.planned import DELTA
from cases.statement_values import KEPT
from loader.model.errors import WarehouseError
from loader.warehouse.engine.duckdb.dialect import DUCKDB
from loader.warehouse.engine.postgres.dialect import POSTGRES
from loader.warehouse.engine.postgres.opening import SET, SETTINGS
from loader.warehouse.engine.postgres.session import Session
from loader.warehouse.engine.postgres.values import with_values
from loader.warehouse.sql_templates import Rendered, Statement, relation, rendered
from warehouses.compared.rows import Columns, Row, columns_of_tables, drawn_rows
from warehouses.postgres_server import PostgresServer

# the driver copies what a query finds, and `explain` cannot be copied
EXPLAINED = """
create function main.explained(asked text) returns setof text language plpgsql as
$$ begin return query execute 'explain ' || asked; end $$
"""
HISTORY: Columns = {
    **dict.fromkeys(("email_address", "person_id", "payload", "payload_hash", "tags"), "varchar"),
    "marketing_permissions": "varchar",
    "marketing_consent": "boolean",
    "invalid_reason": "varchar",
    "dropped_rows": "bigint",
    "dbt_scd_id": "varchar",
    **dict.fromkeys(("dbt_updated_at", "dbt_valid_from", "dbt_valid_to"), "timestamp"),
}
LEFT_BEHIND: Columns = {
    **dict.fromkeys(("audience", "list_id", "command", "said"), "varchar"),
    **dict.fromkeys(("contacts", "segments"), "bigint"),
}
STATUS = ("list_id", "email_address", "status", "last_changed", "contact_id", "read_at")
ARROW = {
    "varchar": pa.string(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us"),
    "double precision": pa.float64(),
}
WRITES = re.compile(
    r"(?:insert into|merge into|update|delete from|create(?: temporary)? table)"
    r"(?: if not exists)?\s+([\w.\"]+)"
)
ORDER = re.compile(r"order by ([^()']+)$")
TABLES = (
    "select table_name from information_schema.tables"
    " where table_schema = 'main' and table_type = 'BASE TABLE'"
)
DATABASE = "memory"  # as DuckDB calls one that has no file
OWN_NAMES = {"data_type"}  # of a type, which each warehouse has
DIGITS = ".9g"  # of a double, in which a sum of some is the same in whatever order


class BothWarehouses:
    """The same tables in both, which are filled anew as often as somebody likes.

    Attributes:
        telling: the statements that found or changed anything yet, by name.
    """

    def __init__(self, server: PostgresServer) -> None:
        self.telling: set[str] = set()
        self._duckdb = duckdb.connect()
        server.ask(f'create database "{DATABASE}" template template0')
        server.ask("create schema main", DATABASE)
        server.ask(EXPLAINED, DATABASE)
        where = f"host={server.home} port={server.port} dbname={DATABASE} user=loader"
        self._postgres = Session.connect(where)
        self._postgres.set_up(_prepare)
        self._tables = _tables()
        for table, columns in self._tables.items():
            described = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
            self._both(f'create table "main"."{table}" ({described})')

    def close(self) -> None:
        """Let go of both."""
        self._duckdb.close()
        self._postgres.close()

    def fill(self, chance: Random) -> None:
        """Put other rows into every table."""
        for table, columns in self._tables.items():
            schema = pa.schema([(name, ARROW[kind]) for name, kind in columns.items()])
            rows = pa.Table.from_pylist(drawn_rows(chance, table, columns), schema=schema)
            self._both(f'delete from "main"."{table}"')
            self._postgres.append(relation("main", table), rows)
            self._duckdb.from_arrow(rows).insert_into(f"main.{table}")

    def difference(self, asked: Statement, *, is_kept: bool = False) -> str | None:
        """What a statement finds, or makes of a table, in one of them and not in the other.

        Args:
            asked: the statement.
            is_kept: whether what it does is kept, for others to read.

        Returns:
            It in some words, or what a warehouse says that refuses it; None for nothing.
        """
        text = rendered(asked, DUCKDB)
        self._duckdb.begin()
        self._postgres.begin()
        how = "rollback"
        try:
            found = [self._answer_of_duckdb(asked.name, text), self._answer_of_postgres(asked)]
            how = "commit" if is_kept else how
        except (duckdb.Error, WarehouseError) as error:
            return str(error)
        finally:
            getattr(self._duckdb, how)()
            getattr(self._postgres, how)()
        if asked.name == "registry/databases":  # DuckDB has some of its own
            return None if all({"name": DATABASE} in rows for rows in found) else "another name"
        return _difference(_order(text), *found)

    def plan(self, asked: Statement) -> list[str]:
        """How PostgreSQL would go about a statement, as `explain` says it."""
        text = with_values(rendered(asked, POSTGRES))
        making = re.sub(r"^create (temporary )?table \S+ as\s", "", text)
        if not re.match(r"(select|with|insert|update|delete|merge)\b", making):
            return []
        asking = "select main.explained($1) as line"
        return [str(row["line"]) for row in self._postgres.rows(asking, making)]

    def _both(self, text: str) -> None:
        self._duckdb.execute(text)
        self._postgres.command(text)

    def _answer_of_duckdb(self, name: str, text: Rendered) -> list[Row]:
        table, before = _written(text), []
        if table is None:
            found = self._rows_of_duckdb(text, text.values)
        else:
            if not text.startswith("create"):
                before = self._rows_of_duckdb(_everything(table))
            for one in text.temporary:
                self._duckdb.execute(f'drop table if exists temp."{one}"')
            self._duckdb.execute(text, text.values)
            found = self._rows_of_duckdb(_everything(table))
        if _sorted(before) != _sorted(found):
            self.telling.add(name)
        return found

    def _rows_of_duckdb(self, text: str, values: tuple[object, ...] = ()) -> list[Row]:
        found: list[Row] = self._duckdb.sql(text, params=values).to_arrow_table().to_pylist()
        return found

    def _answer_of_postgres(self, asked: Statement) -> list[Row]:
        table = _written(rendered(asked, DUCKDB))
        if table is not None:
            self._postgres.run(asked)
            return self._postgres.rows(_everything(table))
        found = self._postgres.rows(asked)
        # which is how a statement is streamed
        written = self._postgres.rows(with_values(rendered(asked, POSTGRES)))
        if _sorted(found) != _sorted(written):
            raise AssertionError(f"{asked.name}: with its values in the text it finds other rows")
        return found


def _prepare(session: Session) -> None:
    session.rows(SET, json.dumps(SETTINGS))
    session.command("set search_path to main")


def _tables() -> dict[str, Columns]:
    """What dbt makes, and the pages of what is read of Mailchimp, with the types of columns."""
    made = columns_of_tables()
    pages = {
        f"loader_read_{table}": made[table] | {"page": "bigint"}
        for table in ("mailchimp_lists", *sorted(set(KEPT.values())))
    }
    members = made["mailchimp_members"]
    return {
        **made,
        "loader_wanted__now": made["loader_wanted"],
        "loader_conflicts__now": made["loader_conflicts"],
        "readers__delta": DELTA,
        "readers__history": HISTORY,
        "loader_left_behind": LEFT_BEHIND,
        "loader_members_read": {name: members[name] for name in STATUS} | {"position": "bigint"},
        **pages,
    }


def _written(text: str) -> str | None:
    """The table that a statement writes, "" of one that drops it; None of one that reads."""
    found = WRITES.match(text)
    return "" if text.startswith("drop") else found[1] if found else None


def _everything(table: str) -> str:
    """What there is of a table, or of tables where it was dropped."""
    return f"select * from {table}" if table else TABLES


def _difference(order: list[str], *found: list[Row]) -> str | None:
    first, second = ([_comparable(row) for row in rows] for rows in found)
    if _sorted(first) != _sorted(second):
        alone = (
            [row for row in first if row not in second],
            [row for row in second if row not in first],
        )
        counts = f"{len(first)} rows in DuckDB, {len(second)} in PostgreSQL"
        return f"{counts}; only there {alone[0][:1]}, only here {alone[1][:1]}"
    named = [one for one in order if first and one in first[0]]
    if _in_order(first, named) != _in_order(second, named):
        return f"another order by {', '.join(named)}"
    return None


def _in_order(rows: list[Row], columns: list[str]) -> list[list[Any]]:
    return [[row[one] for one in columns] for row in rows]


def _comparable(row: Row) -> Row:
    """A row without what each warehouse names in its own way; lists in one order."""
    return {name: _rounded(value) for name, value in row.items() if name not in OWN_NAMES}


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return float(format(value, DIGITS))
    return sorted(value) if isinstance(value, list) else value


def _order(text: Rendered) -> list[str]:
    """The columns by which an answer is in order."""
    found = ORDER.search(text)
    return [one.split()[0].rpartition(".")[2] for one in found[1].split(",")] if found else []


def _sorted(rows: Iterable[Row]) -> list[str]:
    return sorted(repr(row) for row in rows)
