"""Somebody's own dbt project with the package installed, its warehouse, and the loader."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from dbt_process import DbtProcess, Ended
from sandbox_process import SandboxProcess

PACKAGE = Path(__file__).parent.parent.parent / "dbt_project"
PROJECT = """
name: shop
version: 1.0.0
config-version: 2
profile: shop
flags: {send_anonymous_usage_stats: false}
models:
  shop:
    +materialized: audience
"""
PARSED: list[Path] = []  # where the first shop of this process keeps what dbt parsed
PROFILES = """
shop:
  target: local
  outputs:
    local: {type: duckdb, path: shop.duckdb, schema: main, threads: 2}
"""


class Shop:
    """A project in a folder of its own, beside a sandbox that stands for Mailchimp."""

    def __init__(self, folder: Path, dbt: DbtProcess, sandbox: SandboxProcess) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.list_id = sandbox.new_list(name=folder.name)
        self._dbt = dbt
        self._write("dbt_project.yml", PROJECT)
        self._write("profiles.yml", PROFILES)
        self._write("packages.yml", f"packages:\n  - local: {PACKAGE}\n")
        self.dbt("deps")
        self._remember_parsing()

    def audience(self, name: str, sql: str, **mailchimp: Any) -> None:  # noqa: ANN401 - any configuration
        """Write the one file of an audience; it feeds the shop's list unless it says another."""
        meta = {"mailchimp": {"list_id": self.list_id, **mailchimp}}
        self._write(f"models/{name}.sql", f"{{{{ config(meta={meta!r}) }}}}\n{sql}\n")

    def remove(self, name: str) -> None:
        """Delete the file of an audience."""
        (self.folder / f"models/{name}.sql").unlink()

    def sql(self, *statements: str) -> None:
        """Change the warehouse by hand."""
        with duckdb.connect(str(self.folder / "shop.duckdb")) as connection:
            for statement in statements:
                connection.execute(statement)

    def query(self, sql: str) -> list[dict[str, Any]]:
        """Ask the warehouse."""
        with duckdb.connect(str(self.folder / "shop.duckdb")) as connection:
            rows: list[dict[str, Any]] = connection.sql(sql).to_arrow_table().to_pylist()
            return rows

    def dbt(self, *arguments: str) -> str:
        """Run dbt, which must go well; what it printed."""
        ended = self.try_dbt(*arguments)
        if ended.exit_code:
            raise AssertionError(ended.output)
        return ended.output

    def try_dbt(self, *arguments: str) -> Ended:
        """Run dbt."""
        return self._dbt.run(self.folder, *arguments)

    def loader(
        self, *arguments: str, folder: Path | None = None, **environment: str | None
    ) -> Ended:
        """Run the loader as a process; None takes a variable out of its environment."""
        given = {
            "MAILCHIMP_API_KEY": self.sandbox.key,
            "MAILCHIMP_BASE_URL": self.sandbox.url,
            **environment,
        }
        kept = {name: value for name, value in os.environ.items() if name not in given}
        ended = subprocess.run(
            [sys.executable, "-m", "loader", *arguments],
            cwd=folder or self.folder,
            env=kept | {name: value for name, value in given.items() if value is not None},
            capture_output=True,
            text=True,
            check=False,
        )
        if "Traceback" in ended.stderr:
            raise AssertionError(ended.stderr)
        return Ended(ended.returncode, ended.stdout + ended.stderr)

    def sync(self, *arguments: str, exit_code: int = 0) -> dict[str, Any]:
        """Run `loader sync`, which must end with this code; its report."""
        ended = self.loader("sync", "--log-format", "json", *arguments)
        if ended.exit_code != exit_code:
            raise AssertionError(f"exit code {ended.exit_code}: {ended.output}")
        report = self.folder / "target" / "loader_run_results.json"
        results: dict[str, Any] = json.loads(report.read_text()) if report.exists() else {}
        return results

    def rejections(self, *columns: str) -> list[tuple[Any, ...]]:
        """Some columns of `loader rejections`."""
        ended = self.loader("rejections", "--json")
        return [tuple(row[name] for name in columns) for row in json.loads(ended.output)]

    def members(self) -> dict[str, dict[str, Any]]:
        """What the list shows, by address; a field without a value is as good as no field."""
        members = self.sandbox.members(self.list_id)
        for member in members:
            fields = member["merge_fields"].items()
            member["merge_fields"] = {tag: value for tag, value in fields if value != ""}
        return {member["email_address"].lower(): member for member in members}

    def writes(self) -> dict[str, int]:
        """The write requests that Mailchimp counted since `forget_requests`."""
        counted = self.sandbox.requests()["by_route"]
        return {route: count for route, count in counted.items() if not route.startswith("GET")}

    def forget_requests(self) -> None:
        """Begin to count requests anew."""
        self.sandbox.control("POST", "/requests/reset")

    def _remember_parsing(self) -> None:
        """Give dbt what it parsed of the package for an earlier shop of the same process."""
        parsed = self.folder / "target" / "partial_parse.msgpack"
        if PARSED and PARSED[0].exists():
            parsed.parent.mkdir(exist_ok=True)
            shutil.copy(PARSED[0], parsed)
        elif not PARSED:
            PARSED.append(parsed)

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
