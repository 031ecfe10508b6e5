"""A warehouse as dbt and the loader leave one, row by row, and `loader forget` upon it."""

from pathlib import Path
from typing import Any

import duckdb

from command_line import Printed, inside
from fakes import make_tables

PROFILES = """
shop:
  target: local
  outputs:
    local: {type: duckdb, path: shop.duckdb, schema: main}
"""
HISTORY = """
create table "{schema}"."{name}__history" (
    email_address varchar, person_id varchar, payload varchar, payload_hash varchar,
    tags varchar, marketing_permissions varchar, marketing_consent boolean,
    invalid_reason varchar, dropped_rows bigint, dbt_scd_id varchar,
    dbt_updated_at timestamp, dbt_valid_from timestamp, dbt_valid_to timestamp
)
"""
SEP = "2026-01-0"  # the days of January

# columns that may name somebody else than the row is about
TEXTS = {
    "loader_ledger": ("message", "pending_email"),
    "loader_acks": ("message",),
    "loader_runs": ("message",),
    "loader_notices": ("message",),
    "loader_pauses": ("reason",),
    "loader_drift": ("expected", "actual"),
    "mailchimp_events": ("url", "reason"),
}


class Kept:
    """A file with the tables of one schema and the history of an audience that was removed."""

    def __init__(self, folder: Path, file: str = "shop.duckdb") -> None:
        self.folder = folder
        self.file = folder / file
        self._open: duckdb.DuckDBPyConnection | None = None
        (folder / "profiles.yml").write_text(PROFILES)
        self.schema("main")

    def schema(self, name: str) -> None:
        """The loader's tables in one more schema."""
        connection = self._session()
        connection.execute(f'create schema if not exists "{name}"')
        make_tables(connection, name)
        self.audience("readers", schema=name)

    def audience(self, name: str, *, schema: str = "main", status: str = "removed") -> None:
        """One more audience, with an empty history."""
        history = f'"shop"."{schema}"."{name}__history"'
        self._session().execute(HISTORY.format(schema=schema, name=name))
        self.row(f"{schema}.loader_audiences", audience=name, status=status, history=history)

    def version(
        self,
        address: str,
        person: str | None = None,
        days: tuple[int, int | None] = (1, 2),
        history: str = "readers__history",
    ) -> None:
        """A version of a contact that was valid from one day to another, None for today."""
        begin, end = days
        self.row(
            history,
            email_address=address,
            person_id=person,
            payload=f"{{'FNAME': 'name of {address}'}}",
            dbt_valid_from=f"{SEP}{begin}",
            dbt_valid_to=end and f"{SEP}{end}",
        )

    def row(self, table: str, **columns: object) -> None:
        """Put a row into a table."""
        marks = ", ".join("?" for _ in columns)
        self._session().execute(
            f"insert into {table} ({', '.join(columns)}) values ({marks})", list(columns.values())
        )

    def sql(self, *statements: str) -> None:
        """Change the warehouse by hand."""
        for statement in statements:
            self._session().execute(statement)
        self.close()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the warehouse."""
        return self._session().execute(sql).fetchall()

    def everything(self) -> str:
        """All that any table of the file holds, as text."""
        connection = self._session()
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where not temporary"
        ).fetchall()
        return "\n".join(
            str(connection.execute(f'from "{schema}"."{name}"').fetchall())
            for schema, name in tables
        )

    def addresses(self, history: str = "readers__history") -> set[str]:
        """Who is in a history."""
        return {address for (address,) in self.query(f"select email_address from {history}")}

    def forget(
        self, *lines: str, options: tuple[str, ...] = (), raw: bytes | None = None
    ) -> Printed:
        """Run `loader forget` with these lines on its standard input."""
        self.close()
        typed = "\n".join(lines) if raw is None else raw
        return inside(self.folder, ("forget", *options), {}, typed=typed)

    def close(self) -> None:
        """Let go of the file: the loader opens it in a session of its own."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _session(self) -> duckdb.DuckDBPyConnection:
        """One session until the file is let go of: to open a file takes longer than a row."""
        if self._open is None:
            self._open = duckdb.connect(str(self.file))
        return self._open
