"""A warehouse as dbt and the loader leave one, row by row, and `loader forget` upon it."""

from pathlib import Path
from typing import Any

from command_line import Printed, inside
from dbt_process import write_profiles
from fakes import make_tables
from warehouses.database import Database, Session
from warehouses.duckdb_file import FILE

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
    """The tables of one schema, and the history of an audience that was removed."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.file = folder / FILE  # where the warehouse is one
        self._database = database
        self._open: Session | None = None
        write_profiles(folder, local=database.output)
        self.schema("main")

    def schema(self, name: str) -> None:
        """The loader's tables in one more schema."""
        session = self._session()
        session.execute(f'create schema if not exists "{name}"')
        make_tables(session, name)
        self.audience("readers", schema=name)

    def audience(self, name: str, *, schema: str = "main", status: str = "removed") -> None:
        """One more audience, with an empty history."""
        history = self.named(schema, f"{name}__history")
        self._session().execute(HISTORY.format(schema=schema, name=name))
        self.row(f'"{schema}".loader_audiences', audience=name, status=status, history=history)

    def named(self, schema: str, relation: str) -> str:
        """What the registry calls a relation."""
        return f'"{self._database.name}"."{schema}"."{relation}"'

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
        return self._session().rows(sql)

    def everything(self) -> str:
        """All that any table of the file holds, as text."""
        tables = self.query(
            "select table_schema, table_name from information_schema.tables where table_type ="
            " 'BASE TABLE' and table_schema not in ('information_schema', 'pg_catalog')"
        )
        rows = (self.query(f'select * from "{schema}"."{name}"') for schema, name in tables)
        return "\n".join(map(str, rows))

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
        """Let go of the warehouse: the loader opens it in a session of its own."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _session(self) -> Session:
        """One session until the warehouse is let go of: to open one takes longer than a row."""
        if self._open is None:
            self._open = self._database.session()
        return self._open
