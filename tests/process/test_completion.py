"""Completion in a shell, by the lines that the documentation gives."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import commands

PAGE = Path(__file__).parents[2] / "docs/how-to/terminal.md"
BIN = str(Path(sys.executable).parent)  # where `loader` is
LINES = dict(
    re.findall(r"^\| (bash|zsh|fish)[^|]*\|[^|]*\| `(.+)` \|$", PAGE.read_text(), re.MULTILINE)
)


def run(*command: str, **variables: str) -> str:
    environment = {**os.environ, **variables, "PATH": f"{BIN}:{os.environ['PATH']}"}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return ended.stdout


def completed(shell: str, line: str) -> set[str]:
    """What a shell is answered for a line, by the protocol between its script and the loader."""
    words = line.split(" ")
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    if shell == "fish":
        asked["COMP_CWORD"] = words[-1]  # its script gives the word
    answer = run("loader", _LOADER_COMPLETE=f"{shell}_complete", **asked)
    return set(re.split(r"[\n,\t]", answer))


def test_the_page_has_a_line_for_each_shell() -> None:
    assert set(LINES) == {"bash", "zsh", "fish"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_offered_commands_options_and_values(shell: str) -> None:
    assert completed(shell, "loader ") >= set(commands())
    assert {"--allow-leaves", "--allow-first-sync"} <= completed(shell, "loader sync --al")
    assert completed(shell, "loader sync --log-format ") >= {"text", "json"}
    script = run("loader", _LOADER_COMPLETE=f"{shell}_source")
    assert f"_LOADER_COMPLETE={shell}_complete" in script


def test_the_line_for_bash_completes_in_bash() -> None:
    asked = (
        'COMP_WORDS=(loader sy); COMP_CWORD=1; _loader_completion loader; echo "${COMPREPLY[@]}"'
    )
    assert run("bash", "-c", f"{LINES['bash']}; {asked}").split() == ["sync"]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh on this machine")
def test_the_line_for_zsh_works_in_zsh() -> None:
    begun = "autoload -Uz compinit; compinit -D"
    asked = "typeset -f _loader_completion >/dev/null && echo defined"
    assert run("zsh", "-fc", f"{begun}; {LINES['zsh']}; {asked}").strip() == "defined"


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish on this machine")
def test_the_line_for_fish_completes_in_fish() -> None:
    line = LINES["fish"].replace("\\|", "|")
    assert "sync" in run("fish", "-c", f"{line}; complete --do-complete 'loader sy'")
