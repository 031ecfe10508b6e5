"""PostgreSQL: the warehouse of a project is a database of one server, which the tests start."""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import md5, sha256
from pathlib import Path
from pprint import pformat
from typing import Any, Self

import psycopg2
from psycopg2.extensions import new_type, register_type
from psycopg2.extras import RealDictCursor, execute_values

from loader.warehouse.base import Warehouse, open_warehouse
from warehouses.database import COLUMNS, Database, Output, Row
from warehouses.postgres_server import PostgresServer

# of a struct that is no set of switches, by its first field
TYPES = {"addr1": "varchar", "latitude": "double precision"}
JSON_TYPES = (114, 3802)
AS_TEXT = new_type(JSON_TYPES, "JSON as text", lambda value, _: value)
# what dbt compares before it reads what it has parsed
CONNECTION = ("database", "host", "port", "schema", "user")
SET_BY_DBT: Output = {
    "application_name": "dbt",
    "autocommit": False,
    "connect_timeout": 10,
    "keepalives_idle": 0,
    "retries": 1,
    **dict.fromkeys(("role", "search_path", "sslcert", "sslkey", "sslmode", "sslrootcert")),
}


class PostgresSession:
    """One connection to a database."""

    def __init__(self, address: str) -> None:
        self.connection = psycopg2.connect(address)
        self.connection.autocommit = True
        register_type(AS_TEXT, self.connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def execute(self, sql: str, values: Sequence[object] = ()) -> None:
        """Run a statement; a question mark stands for a value, where values are given."""
        with self.connection.cursor() as cursor:
            if values:
                cursor.execute(sql.replace("%", "%%").replace("?", "%s"), list(values))
            else:
                cursor.execute(sql)

    def put(self, table: str, rows: Sequence[Row]) -> None:
        """Add rows to a table."""
        if rows:
            with self.connection.cursor() as cursor:
                execute_values(cursor, f"insert into {table} values %s", rows)

    def rows(self, sql: str) -> list[Row]:
        """What a query finds."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def named(self, sql: str) -> list[dict[str, Any]]:
        """The same, by the names of the columns."""
        with self.connection.cursor(cursor_factory=RealDictCursor) as cursor:
            cursor.execute(sql)
            return [dict(row) for row in cursor.fetchall()]

    def begin(self) -> None:
        """Begin a transaction."""
        self.execute("begin")

    def commit(self) -> None:
        """Commit it."""
        self.execute("commit")

    def rollback(self) -> None:
        """Undo it."""
        self.execute("rollback")

    def close(self) -> None:
        """Let go of the database."""
        self.connection.close()


class PostgresDatabase:
    """A database that has the name of the others but for its number, as dbt's parsed files have."""

    answers_meanwhile = True

    def __init__(self, server: PostgresServer, name: str, folder: Path) -> None:
        self.name = name
        self.output: Output = server.profile(name)
        self.anywhere = self.output
        self.server = server
        self._folder = folder
        self._make("template0")
        with self.session() as session:
            session.execute("create schema main")

    def session(self) -> PostgresSession:
        """A session of the test's own."""
        return PostgresSession(self.server.address(self.name))

    def open(self) -> Warehouse:
        """The same as the loader opens it."""
        return open_warehouse("postgres", self.output, self._folder, wait=0)

    def struct(self, fields: Mapping[str, str], kind: str = "boolean") -> str:
        """SQL of a struct: a row of a composite type, which is made when there is none yet."""
        described = ", ".join(f"{_quoted(name)} {kind}" for name in fields)
        name = f"main.struct_{md5(described.encode(), usedforsecurity=False).hexdigest()}"
        with self.session() as session:
            if session.rows(f"select to_regtype('{name}')") == [(None,)]:
                session.execute(f"create type {name} as ({described})")
        return f"cast(row({', '.join(fields.values())}) as {name})"

    def spelled(self, model: str) -> str:
        """The model with a composite type for each struct."""

        def struct(found: re.Match[str]) -> str:
            fields = dict(re.findall(r"'([^']+)':(\w+)", found[0]))
            return self.struct(fields, TYPES.get(next(iter(fields)), "boolean"))

        return re.sub(r"(?<!\{)\{'[^{}]+\}", struct, model)

    def apart(self, table: str) -> Output:  # noqa: ARG002 - as in Database
        """The target of another schema: its build reads the table where it is."""
        return self.output | {"schema": "it is apart"}

    def columns(self, relation: str) -> list[str]:
        """The names of the columns of a relation in the schema `main`, in their order."""
        with self.session() as session:
            return [name for (name,) in session.rows(COLUMNS.format(relation))]

    def keep(self, name: str) -> None:
        """Make a database like this one."""
        kept = f"{self.name}_{name}"
        self._administer(
            f'drop database if exists "{kept}" with (force)',
            f'create database "{kept}" template "{self.name}"',
        )

    def put_back(self, name: str) -> None:
        """Make this one anew, like the one that was kept; who is still connected is sent away."""
        self._administer(f'drop database "{self.name}" with (force)')
        self._make(f"{self.name}_{name}")

    def parsed(self, warm: bytes, first: Database) -> bytes:
        """The same bytes with this database's name, and the hash of this target."""
        known, new = _hash_of(first.output), _hash_of(self.output)
        if known not in warm:
            raise AssertionError("dbt compares targets in another way: see _hash_of")
        return warm.replace(known, new).replace(first.name.encode(), self.name.encode())

    def _make(self, like: str) -> None:
        self._administer(f'create database "{self.name}" template "{like}"')

    def _administer(self, *statements: str) -> None:
        with PostgresSession(self.server.address("postgres")) as session:
            for statement in statements:
                session.execute(statement)


class PostgresDatabases:
    """A server for all projects of a worker, started when the first of them wants a database."""

    letting_go = ""

    def __init__(self) -> None:
        # a test's own statements name no schema
        self.server = PostgresServer("-c search_path=main,public")
        self._made = 0

    def __enter__(self) -> Self:
        self.server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.__exit__(*_)

    def new(self, folder: Path) -> PostgresDatabase:
        """A database for the project in this folder."""
        self._made += 1
        return PostgresDatabase(self.server, f"shop_{self._made:05}", folder)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _hash_of(output: Output) -> bytes:
    """What dbt calls the hash of a profile: of all that it may tell a macro of the target."""
    known = {**output, "database": output["dbname"]}
    told: Iterable[tuple[str, Any]] = {name: known[name] for name in CONNECTION}.items()
    return sha256(pformat(sorted([*told, *SET_BY_DBT.items()])).encode()).hexdigest().encode()
