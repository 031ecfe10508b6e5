"""DuckLake: the catalog of a project is a database of one server, its data a folder elsewhere."""

import shutil
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Self

import duckdb

from loader.warehouse.base import Warehouse, open_warehouse
from warehouses.database import COLUMNS, Database, Output
from warehouses.duckdb_file import DuckDBFiles, DuckDBSession, struct_of
from warehouses.postgres_server import PostgresServer

EXTENSIONS = ("ducklake", "postgres_scanner")
LAKE = "lake"


def extensions_in(folder: Path) -> Path:
    """Install the extensions of the wheels that are here into a folder, as the page says.

    Raises:
        AssertionError: there is none for this DuckDB.
    """
    with duckdb.connect(config={"extension_directory": str(folder)}) as connection:
        for name in EXTENSIONS:
            wheel = find_spec(f"duckdb_extension_{name}")
            if wheel is None or wheel.submodule_search_locations is None:
                raise AssertionError("WAREHOUSE=ducklake needs `make ducklake`, which installs it")
            (place,) = wheel.submodule_search_locations
            file = Path(place, "extensions", f"v{duckdb.__version__}", f"{name}.duckdb_extension")
            connection.execute(f"install '{file}'")
    return folder


class DuckLakeSession(DuckDBSession):
    """A DuckDB of the test's own, which looks into the lake first."""

    def __init__(self, output: Output) -> None:
        self.connection = duckdb.connect(config=dict(output["config_options"]))
        (lake,) = output["attach"]
        data = lake["options"]["data_path"]
        self.execute(f"attach '{lake['path']}' as {LAKE} (data_path '{data}')")
        self.execute(f"use {LAKE}")


class DuckLakeDatabase:
    """A catalog, and a folder of Parquet files that is not in the folder of the project."""

    answers_meanwhile = True

    def __init__(self, server: PostgresServer, extensions: Path, folder: Path) -> None:
        self.name = LAKE
        self.catalog = server.new_database()
        self.data = Path(tempfile.mkdtemp(prefix="data_", dir=extensions.parent))
        self._server = server
        self._folder = folder
        path = f"ducklake:postgres:dbname={self.catalog} host={server.home} port={server.port}"
        self.output: Output = {
            "type": "duckdb",
            "path": ":memory:",
            "database": LAKE,
            "schema": "main",
            "threads": 1,  # with two of them dbt crashes now and then on duckdb 1.5.5
            "settings": {"search_path": f"{LAKE}.main"},  # tests' models name no database
            "config_options": {"extension_directory": str(extensions)},
            "attach": [
                {
                    "path": f"{path} user=loader",
                    "alias": LAKE,
                    "options": {"data_path": str(self.data)},
                }
            ],
        }
        self.anywhere = self.output
        self.session().close()  # which makes the catalog

    def session(self) -> DuckLakeSession:
        """A session of the test's own."""
        return DuckLakeSession(self.output)

    def open(self) -> Warehouse:
        """The same as the loader opens it."""
        return open_warehouse("duckdb", self.output, self._folder, wait=0)

    def ask(self, sql: str) -> str:
        """What psql prints for a statement on the catalog."""
        return self._server.ask(sql, self.catalog)

    def struct(self, fields: Mapping[str, str], kind: str = "boolean") -> str:
        """SQL of a struct, which needs no type with a name."""
        return struct_of(fields, kind)

    def spelled(self, model: str) -> str:
        """The same model."""
        return model

    def apart(self, table: str) -> Output:  # noqa: ARG002 - as in Database
        """The target of another schema: its build reads the table where it is."""
        return self.output | {"schema": "it is apart"}

    def columns(self, relation: str) -> list[str]:
        """The names of the columns of a relation in the schema `main`, in their order."""
        with self.session() as session:
            return [name for (name,) in session.rows(COLUMNS.format(relation))]

    def keep(self, name: str) -> None:
        """Make a database like this one, and a copy of the files."""
        self._server.ask(
            f'create database "{self.catalog}_{name}" template "{self.catalog}" strategy file_copy'
        )
        shutil.copytree(self.data, self._kept(name))

    def put_back(self, name: str) -> None:
        """Make this one anew, like the one that was kept; who is still connected is sent away."""
        self._server.ask(f'drop database "{self.catalog}" with (force)')
        self._server.ask(f'create database "{self.catalog}" template "{self.catalog}_{name}"')
        shutil.rmtree(self.data)
        shutil.copytree(self._kept(name), self.data)

    def parsed(self, warm: bytes, first: Database) -> bytes:  # noqa: ARG002 - as in Database
        """The same, which dbt parses anew when it sees another target."""
        return warm

    def _kept(self, name: str) -> Path:
        return self.data.with_name(f"{self.data.name}.{name}")


class DuckLakes:
    """One server for the catalogs of all projects of a worker."""

    letting_go = DuckDBFiles.letting_go

    def __init__(self) -> None:
        self._server = PostgresServer()
        self._home = Path(tempfile.mkdtemp(prefix="lakes_"))

    def __enter__(self) -> Self:
        self._server.__enter__()
        self._extensions = extensions_in(self._home / "extensions")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.__exit__(*_)
        shutil.rmtree(self._home)

    def new(self, folder: Path) -> DuckLakeDatabase:
        """A lake for the project in this folder."""
        return DuckLakeDatabase(self._server, self._extensions, folder)
