"""Two machines on one lake: folders with nothing in common, but for what profiles.yml says."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from command_line import Printed, outside
from dbt_process import PACKAGES, SAMPLE, write_profiles
from sandbox_process import LIST, SandboxProcess
from warehouses.database import Database

PATIENCE = 900
QUIET = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DBT_LOG_LEVEL_FILE": "none"}


class MachineOfDbt:
    """Has the sample shop's project, and no key of Mailchimp."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        ignored = shutil.ignore_patterns("target", "logs", "dbt_packages", "*.duckdb*")
        shutil.copytree(SAMPLE, folder, ignore=ignored)
        (folder / "packages.yml").write_text(PACKAGES)
        write_profiles(folder, local=database.output)
        self.run("deps")

    def run(self, *arguments: str) -> str:
        """Run dbt, which must go well."""
        with self.begin(*arguments) as process:
            printed, _ = process.communicate(timeout=PATIENCE)
        if process.returncode:
            raise AssertionError(f"dbt ended with {process.returncode}: {printed}")
        return printed

    def begin(self, *arguments: str) -> "subprocess.Popen[str]":
        """Begin to run dbt in a process of its own."""
        return subprocess.Popen(
            [Path(sys.executable).parent / "dbt", "--quiet", *arguments, "--profile", "shop"],
            cwd=self.folder,
            env={**os.environ, **QUIET},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


class MachineOfLoader:
    """Has profiles.yml and the key of Mailchimp, and no dbt project."""

    def __init__(self, folder: Path, database: Database, sandbox: SandboxProcess) -> None:
        folder.mkdir()
        write_profiles(folder, local=database.anywhere)
        self.folder, self.sandbox, self.list_id = folder, sandbox, LIST

    def run(self, *arguments: str) -> Printed:
        """Run the loader in a process of its own."""
        given = {"MAILCHIMP_API_KEY": self.sandbox.key, "MAILCHIMP_BASE_URL": self.sandbox.url}
        return outside(self.folder, arguments, given)

    def sync(self) -> dict[str, Any]:
        """Run `loader sync`, which must go well; what it did, by audience."""
        ended = self.run("sync", "--log-format", "json")
        if ended.exit_code:
            raise AssertionError(ended.output)
        report = json.loads((self.folder / "target" / "loader_run_results.json").read_text())
        done = {one["audience"]: one["counts"] for one in report["audiences"]}
        return {"requests": report["requests"], "writes": report["writes"], **done}
