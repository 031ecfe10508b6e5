"""A project on an adapter that the package does not know: what it says, and how it is added.

The adapter is dbt-duckdb under another name, so that nothing is missing but what this package has.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dbt.include.duckdb import PACKAGE_PATH

from dbt_process import AUDIENCE, PACKAGE, QUIET

MACROS = {path: path.read_text() for path in sorted(PACKAGE.glob("macros/**/*.sql"))}
DISPATCHED = {
    name for text in MACROS.values() for name in re.findall(r'adapter\.dispatch\(\s*"(\w+)"', text)
}
DEFINED = {name for text in MACROS.values() for name in re.findall(r"\{%-? macro (\w+)\(", text)}
PLUGIN = """
from pathlib import Path

from dbt.adapters.base import AdapterPlugin
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.impl import DuckDBAdapter


class Credentials(DuckDBCredentials):
    @property
    def type(self):
        return "lookalike"


class Connections(DuckDBConnectionManager):
    TYPE = "lookalike"


class LookalikeAdapter(DuckDBAdapter):
    ConnectionManager = Connections


Plugin = AdapterPlugin(
    adapter=LookalikeAdapter,
    credentials=Credentials,
    include_path=str(Path(__file__).parent.parent.parent / "include" / "lookalike"),
)
"""
PROJECT: dict[str, Any] = {
    "name": "shop",
    "version": "1.0.0",
    "config-version": 2,
    "profile": "shop",
    "models": {"shop": {"audiences": {"+materialized": "audience"}}},
    "dispatch": [{"macro_namespace": "dbt_mailchimp", "search_order": ["shop", "dbt_mailchimp"]}],
}
PROFILE = "shop: {target: t, outputs: {t: {type: lookalike, path: shop.duckdb, schema: main}}}"


class ThirdAdapter:
    """A project whose profile has an adapter of its own, which stands beside it on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "project"
        self._plugins = folder / "plugins"
        self._write_plugin()
        for name in ("models/audiences", "macros"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "dbt_project.yml").write_text(yaml.dump(PROJECT))
        (self.folder / "profiles.yml").write_text(PROFILE)
        (self.folder / "packages.yml").write_text(f"packages: [{{local: {PACKAGE}}}]")
        (self.folder / "models/plain.sql").write_text("select 1 as one")
        (self.folder / "models/audiences/readers.sql").write_text(AUDIENCE)
        assert self.dbt("deps").returncode == 0

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        program = "import sys; from dbt.cli.main import dbtRunner;"
        program += " sys.exit(0 if dbtRunner().invoke(sys.argv[1:]).success else 1)"
        environment = os.environ | QUIET | {"PYTHONPATH": str(self._plugins)}
        return subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program, *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def bring_macros(self, without: str = "") -> None:
        """Write the dialect of the adapter into the project: what DuckDB's is, by its name."""
        texts = [
            match.group(0).replace("macro duckdb__", "macro lookalike__")
            for text in MACROS.values()
            for match in re.finditer(r"(?s)\{% macro duckdb__(\w+)\(.*?\{%-? endmacro %\}", text)
            if match.group(1) != without
        ]
        (self.folder / "macros/dialect.sql").write_text("\n".join(texts))

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / "shop.duckdb")) as connection:
            return connection.execute(sql).fetchall()

    def _write_plugin(self) -> None:
        adapter = self._plugins / "dbt/adapters/lookalike"
        adapter.mkdir(parents=True)
        (adapter / "__init__.py").write_text(PLUGIN)
        (adapter / "__version__.py").write_text('version = "1.0.0"')
        included = self._plugins / "dbt/include/lookalike"
        shutil.copytree(PACKAGE_PATH, included)
        for path in (*included.rglob("*.sql"), included / "dbt_project.yml"):
            text = path.read_text()
            for old in ("duckdb__", '"duckdb"', "'duckdb'", "dbt_duckdb"):
                text = text.replace(old, old.replace("duckdb", "lookalike"))
            path.write_text(text)


@pytest.fixture
def third(tmp_path: Path) -> ThirdAdapter:
    return ThirdAdapter(tmp_path)


def test_every_dispatched_macro_has_a_default() -> None:
    assert len(DISPATCHED) > 20
    assert {name for name in DISPATCHED if f"default__{name}" not in DEFINED} == set()


def test_a_default_that_refuses_names_the_macro_that_is_missing() -> None:
    refusals = [
        match.groups()
        for text in MACROS.values()
        for match in re.finditer(
            r'macro default__(\w+)\([^)]*\) -?%\}\s*\{%-? do dbt_mailchimp\.no_dialect\("(\w+)"',
            text,
        )
    ]
    assert len(refusals) > 5
    assert [one for one, other in refusals if one != other] == []


def test_a_project_on_another_adapter_runs_and_an_audience_says_what_is_missing(
    third: ThirdAdapter,
) -> None:
    assert third.dbt("parse").returncode == 0
    assert third.dbt("run", "--select", "plain").returncode == 0
    assert third.query("select one from plain") == [(1,)]
    ended = third.dbt("run")
    assert ended.returncode == 1
    assert "PASS=3 WARN=0 ERROR=1" in ended.stdout  # of both hooks and plain
    assert (
        "dbt_mailchimp cannot build an audience on lookalike: it has no macro"
        " lookalike__has_dialect. docs/how_to_add.md, 'A warehouse', says how to write it."
    ) in " ".join(ended.stdout.split())


def test_an_adapter_is_added_by_the_macros_that_a_project_brings(third: ThirdAdapter) -> None:
    third.bring_macros(without="json_text")
    ended = third.dbt("run")
    assert ended.returncode == 1
    assert "it has no macro lookalike__json_text." in ended.stdout
    third.bring_macros()
    ended = third.dbt("build")
    assert ended.returncode == 0, ended.stdout
    assert third.query("select status, count(*) from loader_audiences group by all") == [
        ("success", 1)
    ]
    assert third.query("select email_address, action from readers__delta") == [
        ("ada@shop.de", "upsert")
    ]
