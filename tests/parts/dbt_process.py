"""The real dbt, imported once: each command runs in a fork of its own, as if started anew."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Self

SERVER = """
import json, os, sys
from dbt.cli.main import dbtRunner

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
    """A process that has imported dbt; leaving the context ends it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        )
        self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("pipes were asked for")
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def run(self, folder: Path, *arguments: str, **environment: str) -> Ended:
        """Run one dbt command in a folder."""
        if self._process.stdin is None:
            raise AssertionError("pipes were asked for")
        output = folder / "dbt_output.txt"
        asked = {
            "folder": str(folder),
            "arguments": ["--no-use-colors", *arguments],
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
