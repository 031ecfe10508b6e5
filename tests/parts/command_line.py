"""The loader's command line: in the process of a test, or in one of its own."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import chdir
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import click
from click.testing import CliRunner

from loader.cli import main
from loader.model.settings import utc_now

Environment = Mapping[str, str | None]  # what is None is taken out
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def commands() -> dict[str, click.Command]:
    """Every command by its name."""
    context = main.make_context("loader", [], resilient_parsing=True)
    found = {name: main.get_command(context, name) for name in main.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


class Printed(NamedTuple):
    """How a command ended, and what it printed."""

    exit_code: int
    out: str
    err: str

    @property
    def output(self) -> str:
        """All that it printed."""
        return self.out + self.err


def inside(
    folder: Path,
    arguments: tuple[str, ...],
    environment: Environment,
    now: Callable[[], datetime] = utc_now,
    typed: str | bytes | None = None,
) -> Printed:
    """Run a command here: its words, its exit code, and a clock of its own."""
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        with chdir(folder):
            ended = CliRunner().invoke(main, arguments, input=typed, env=dict(environment), obj=now)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        asyncio.set_event_loop(None)
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return Printed(ended.exit_code, ended.stdout, ended.stderr)


def outside(
    folder: Path, arguments: tuple[str, ...], environment: Environment, typed: str | None = None
) -> Printed:
    """Run a command as a process, which may be typed to: for what only a process shows."""
    kept = {name: value for name, value in os.environ.items() if name not in environment}
    given = {name: value for name, value in environment.items() if value is not None}
    ended = subprocess.run(
        [sys.executable, "-m", "loader", *arguments],
        cwd=folder,
        env=kept | given,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    if "Traceback" in ended.stderr:
        raise AssertionError(ended.stderr)
    return Printed(ended.returncode, ended.stdout, ended.stderr)
