"""The tutorial: its files are written and its commands typed, and they print what it shows."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dbt_process import PACKAGE, DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

PAGE = (PACKAGE.parent / "docs/tutorial.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.+?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)
FIRST_LINE = re.compile(r"(?:#|--) (\S+\.(?:yml|sql))\n")


@pytest.fixture
def fresh(tmp_path: Path, dbt: DbtProcess) -> Iterator[Shop]:
    """A shop on a sandbox of its own, as it starts."""
    with SandboxProcess("--allow-example-com") as sandbox:
        shop = Shop(tmp_path, dbt, sandbox)
        sandbox.control("DELETE", f"/lists/{shop.list_id}")  # as it starts, it has one of its own
        for name in ("packages.yml", "package-lock.yml"):  # nothing is installed yet
            (shop.folder / name).unlink()
        shutil.rmtree(shop.folder / "dbt_packages")
        yield shop


def write(shop: Shop, language: str, text: str) -> None:
    """Write one file of the page; the package is where this repository is."""
    named = FIRST_LINE.match(text)
    path = shop.folder / (named[1] if named else f"seeds/customers.{language}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def typed(shop: Shop, line: str) -> str:
    """What a command of the page prints."""
    program, *words = line.split()
    if program == "loader":
        ended = shop.loader(*words)
        assert ended.exit_code == 0, ended.output
        return ended.output
    return shop.dbt(*words)


def test_the_tutorial_is_typed_and_prints_what_it_shows(fresh: Shop) -> None:
    commands = 0
    for language, text in BLOCKS:
        if language != "console":
            write(fresh, language, text)
            continue
        for line, shown in re.findall(r"^\$ (.+)\n((?:[^$].*\n)*)", text, flags=re.MULTILINE):
            printed = typed(fresh, line)
            lines = [one.rstrip() for one in printed.splitlines()]
            assert [one for one in shown.splitlines() if one not in lines] == [], printed
            commands += 1
    assert commands == PAGE.count("\n$ ") >= 10
