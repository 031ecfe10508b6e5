"""One dbt project on DuckDB and on PostgreSQL, and what each of them made of it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
from adbc_driver_postgresql import dbapi

from dbt_process import QUIET, DbtProcess, Ended
from warehouses.postgres_server import PostgresServer

Row: TypeAlias = dict[str, Any]
LIST = "f00dcafe01"


class TwoWarehouses:
    """A project with a target for each."""

    def __init__(self, folder: Path, dbt: DbtProcess, server: PostgresServer) -> None:
        self.folder = folder
        self._dbt = dbt
        dbt.install(folder)
        self._file = folder / "shop.duckdb"
        self._server = server
        self._outputs: dict[str, dict[str, object]] = {
            "duckdb": {"type": "duckdb", "path": self._file.name, "schema": "main", "threads": 2}
        }
        self._use(server.new_database())

    def _use(self, database: str) -> None:
        self._database = database
        self._outputs["postgres"] = self._server.profile(database)
        profile = {"shop": {"target": "duckdb", "outputs": self._outputs}}
        (self.folder / "profiles.yml").write_text(json.dumps(profile))

    def zone(self, name: str) -> None:
        """Let every session show the time of a zone."""
        self._outputs["duckdb"]["settings"] = {"TimeZone": name}
        self._server.ask(f"alter database {self._database} set timezone = '{name}'")
        self._use(self._database)

    def in_locale(self, name: str) -> None:
        """Use a database of PostgreSQL with another locale."""
        database = f"{self._database}_{name.lower()}"
        self._server.ask(f"create database {database} template template0 locale '{name}'")
        self._use(database)

    def model(self, name: str, sql: str, **config: Any) -> None:  # noqa: ANN401 - any configuration
        """Write a model; an audience where nothing else is said."""
        if "materialized" not in config:
            mailchimp = {"list_id": LIST, **config.pop("mailchimp", {})}
            config["meta"] = {"mailchimp": mailchimp}
        path = self.folder / f"models/{name}.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{{{{ config(**{config!r}) }}}}\n{sql}\n")

    def run(self, *arguments: str) -> tuple[Ended, Ended]:
        """Run a dbt command on DuckDB, then on PostgreSQL."""
        return self.on("duckdb", *arguments), self.on("postgres", *arguments)

    def on(self, target: str, *arguments: str) -> Ended:
        """Run a dbt command on one of them."""
        return self._dbt.run(self.folder, *arguments, "--target", target)

    def at_once(self, target: str, *commands: list[str]) -> list[Ended]:
        """Run dbt commands side by side, each a process that parses into a folder of its own."""
        program = "import sys; from dbt.cli.main import dbtRunner;"
        program += " sys.exit(0 if dbtRunner().invoke(sys.argv[1:]).success else 1)"
        started = []
        for number, command in enumerate(commands):
            options = ["--target", target, "--target-path", f"target_{number}"]
            process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-c", program, *command, *options],
                cwd=self.folder,
                env=os.environ | QUIET,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            started.append(process)
        outputs = [process.communicate()[0] for process in started]
        return [
            Ended(process.returncode, output)
            for process, output in zip(started, outputs, strict=True)
        ]

    def execute(self, duckdb_sql: str, postgres_sql: str) -> None:
        """Run a statement on each of them."""
        with duckdb.connect(str(self._file)) as connection:
            connection.execute(duckdb_sql)
        self._server.ask(postgres_sql, self._database)

    def rows(self, sql: str) -> tuple[list[Row], list[Row]]:
        """What a query finds on DuckDB, and on PostgreSQL."""
        with duckdb.connect(str(self._file)) as connection:
            first: list[Row] = connection.sql(sql).to_arrow_table().to_pylist()
        return first, self.in_postgres(sql)

    def in_postgres(self, sql: str) -> list[Row]:
        """What a query finds on PostgreSQL."""
        address = (
            f"postgresql:///{self._database}?host={self._server.home}"
            f"&port={self._server.port}&user=loader"
        )
        with dbapi.connect(address) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            found: list[Row] = cursor.fetch_arrow_table().to_pylist()
            return found
