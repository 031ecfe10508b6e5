"""DuckDB: the warehouse of a project is a file in its folder."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import duckdb

from loader.warehouse.base import Warehouse, open_warehouse
from warehouses.database import COLUMNS, Database, Output, Row

FILE = "shop.duckdb"


class DuckDBSession:
    """One connection to a file, or to memory."""

    def __init__(self, path: Path | str = ":memory:") -> None:
        self.connection = duckdb.connect(str(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def execute(self, sql: str, values: Sequence[object] = ()) -> None:
        """Run a statement; a question mark stands for a value, where values are given."""
        self.connection.execute(sql, list(values) or None)

    def put(self, table: str, rows: Sequence[Row]) -> None:
        """Add rows to a table."""
        if rows:
            places = ", ".join("?" * len(rows[0]))
            self.connection.executemany(f"insert into {table} values ({places})", list(rows))

    def rows(self, sql: str) -> list[Row]:
        """What a query finds."""
        return self.connection.execute(sql).fetchall()

    def named(self, sql: str) -> list[dict[str, Any]]:
        """The same, by the names of the columns."""
        found: list[dict[str, Any]] = self.connection.sql(sql).to_arrow_table().to_pylist()
        return found

    def begin(self) -> None:
        """Begin a transaction."""
        self.connection.begin()

    def commit(self) -> None:
        """Commit it."""
        self.connection.commit()

    def rollback(self) -> None:
        """Undo it."""
        self.connection.rollback()

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()


class DuckDBFile:
    """A file in the folder of a project; what is kept of it stands beside that folder."""

    answers_meanwhile = False

    def __init__(self, folder: Path) -> None:
        self.name = "shop"
        self.file = folder / FILE
        self.output: Output = {
            "type": "duckdb",
            "path": FILE,
            "schema": "main",
            "threads": 2,
            "settings": {"threads": 1},
        }
        self.anywhere: Output = self.output | {"path": str(self.file)}

    def session(self) -> DuckDBSession:
        """A session of the test's own."""
        return DuckDBSession(self.file)

    def open(self) -> Warehouse:
        """The same as the loader opens it."""
        return open_warehouse("duckdb", self.output, self.file.parent, wait=0)

    def struct(self, fields: Mapping[str, str], kind: str = "boolean") -> str:
        """SQL of a struct, which needs no type with a name."""
        return struct_of(fields, kind)

    def spelled(self, model: str) -> str:
        """The same model."""
        return model

    def apart(self, table: str) -> Output:
        """The target of a file beside this one, with a copy of the table."""
        path = self.file.with_name("it is apart.duckdb")
        with DuckDBSession(path) as session:
            session.execute(f"attach '{self.file}' as shop (read_only)")
            session.execute(f"create table {table} as select * from shop.main.{table}")
        return self.output | {"path": path.name}

    def columns(self, relation: str) -> list[str]:
        """The names of the columns of a relation in the schema `main`, in their order."""
        with self.session() as session:
            return [name for (name,) in session.rows(COLUMNS.format(relation))]

    def keep(self, name: str) -> None:
        """Copy the file, in which everything then is that stands in its log."""
        with self.session() as session:
            session.execute("checkpoint")
        shutil.copy(self.file, self._kept(name))

    def put_back(self, name: str) -> None:
        """Put the copy in the place of the file and of its log."""
        Path(f"{self.file}.wal").unlink(missing_ok=True)
        shutil.copy(self._kept(name), self.file)

    def parsed(self, warm: bytes, first: Database) -> bytes:  # noqa: ARG002 - as in Database
        """The same: every file is called alike."""
        return warm

    def _kept(self, name: str) -> Path:
        folder = self.file.parent
        return folder.with_name(f"{folder.name}.{name}.duckdb")


class DuckDBFiles:
    """Files, which need nothing to stand in."""

    letting_go = """
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
DuckDBConnectionManager.env().close()  # no fork may find a database that is open
DuckDBConnectionManager.close_all_connections()
"""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def new(self, folder: Path) -> DuckDBFile:
        """A file for the project in this folder."""
        return DuckDBFile(folder)


def struct_of(fields: Mapping[str, str], kind: str) -> str:
    """SQL of a struct of values of one type."""
    values = (f"{_quoted(name)} := cast({sql} as {kind})" for name, sql in fields.items())
    return f"struct_pack({', '.join(values)})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
