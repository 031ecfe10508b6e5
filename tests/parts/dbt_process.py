"""The real dbt, imported and warmed up once: each command runs in a fork, as if started anew.

A dbt that has just been imported spends five of its six seconds on making itself ready: it writes
code for its own data classes, compiles the macros of the package, and parses. All that is done once
a process, on a small project with the package in it; what was parsed of the package is kept for
other projects.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, Self

from warehouses.database import Database, Databases, Output
from warehouses.databases import chosen_databases

PACKAGE = Path(__file__).parent.parent.parent / "dbt_project"
SAMPLE = PACKAGE / "sample_shop"  # installs the package as anybody does
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
PACKAGES = f"packages:\n  - local: {PACKAGE}\n"
AUDIENCE = """
{{ config(meta={'mailchimp': {'list_id': 'f00d'}}) }}
select 'ada@shop.de' as email_address, true as marketing_consent
"""
QUIET = {
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DBT_USE_COLORS": "false",
    "DBT_LOG_LEVEL_FILE": "none",
    # its threads begin with the warming up, and a fork, which has none of them, would wait for them
    "DBT_STATIC_PARSER": "false",
    "DBT_WRITE_JSON": "false",  # a test that reads a manifest asks for it: --write-json
}
# dbt looks through its whole environment at each macro that it finds nowhere: no more is handed on
NEEDED = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR")
SERVER = """
import gc, json, os, sys
from dbt.adapters.factory import cleanup_connections, reset_adapters
from dbt.cli.main import dbtRunner

os.chdir(sys.argv[1])
for command in ("deps", "run", "run"):  # the second run reads what the first has parsed
    result = dbtRunner().invoke(["--quiet", command])
    if not result.success:
        sys.exit(f"dbt {command} failed: {result.exception or result.result}")
cleanup_connections()
reset_adapters()
exec(sys.argv[2])
gc.collect()
gc.freeze()
gc.disable()  # a command ends before it has much to collect
print("ready", flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if child == 0:
        output = os.open(asked["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(asked["folder"])
        os.environ.update(asked["environment"])
        result = dbtRunner().invoke(asked["arguments"])
        sys.stdout.flush()
        os._exit(0 if result.success else 1 if result.exception is None else 2)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Ended(NamedTuple):
    """How a command ended."""

    exit_code: int
    output: str


class DbtProcess:
    """A process that has imported dbt; leaving the context ends it.

    Args:
        among: where its projects have their warehouses; None makes some of its own.
    """

    def __init__(self, among: Databases | None = None) -> None:
        self._warm = Path(tempfile.mkdtemp(prefix="dbt_warm_"))
        self._ends = ExitStack()
        self.databases = among or self._ends.enter_context(chosen_databases())
        self._first = self.databases.new(self._warm)
        write_project(self._warm, local=self._first.output)
        (self._warm / "models").mkdir()
        (self._warm / "models/readers.sql").write_text(AUDIENCE)
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-W", "ignore", "-c", SERVER),
                *(str(self._warm), self.databases.letting_go),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={name: os.environ[name] for name in NEEDED if name in os.environ} | QUIET,
        )
        if self._read() != "ready\n":
            raise AssertionError("dbt did not start; it said why above")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("pipes were asked for")
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._ends.close()
        shutil.rmtree(self._warm)

    def install(self, folder: Path) -> Database:
        """Make a project with the package installed, and what dbt parsed of the package.

        Without the parsing of a fresh project: where that could hide something, a test runs
        `dbt deps` and parses by itself.
        """
        database = self.databases.new(folder)
        write_project(folder, local=database.output)
        parsed = folder / "target" / "partial_parse.msgpack"
        parsed.parent.mkdir()
        warm = (self._warm / "target" / parsed.name).read_bytes()
        parsed.write_bytes(database.parsed(warm, self._first))
        shutil.copytree(self._warm / "dbt_packages", folder / "dbt_packages", symlinks=True)
        shutil.copy(self._warm / "package-lock.yml", folder)
        return database

    def run(self, folder: Path, *arguments: str, **environment: str) -> Ended:
        """Run one dbt command in a folder."""
        if self._process.stdin is None:
            raise AssertionError("pipes were asked for")
        output = folder / "dbt_output.txt"
        asked = {
            "folder": str(folder),
            "arguments": arguments,
            "environment": environment,
            "output": str(output),
        }
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return Ended(int(self._read()), output.read_text())

    def _read(self) -> str:
        if self._process.stdout is None:
            raise AssertionError("pipes were asked for")
        return self._process.stdout.readline()


def write_project(folder: Path, **outputs: Output) -> None:
    """The files of a project whose models are audiences, and which names the package."""
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "packages.yml").write_text(PACKAGES)
    write_profiles(folder, **outputs)


def write_profiles(folder: Path, **outputs: Output) -> None:
    """The targets of a project, of which the first is the usual one."""
    profile = {"target": next(iter(outputs)), "outputs": outputs}
    (folder / "profiles.yml").write_text(json.dumps({"shop": profile}, indent=2))
