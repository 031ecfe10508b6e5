import ast
import re
from pathlib import Path

from command_line import commands
from loader.cli import main

ROOT = Path(__file__).parent.parent.parent.parent
README = (ROOT / "README.md").read_text()
PEERS = (ROOT / "docs/peers.md").read_text()


def test_every_command_and_option_of_the_readme_exists() -> None:
    named = set(re.findall(r"(?:`|    |&& )loader ([a-z]+)\b", README))
    assert named <= set(commands())
    options = {
        option
        for command in commands().values()
        for parameter in command.params
        for option in parameter.opts
    }
    assert set(re.findall(r"--[a-z][a-z-]+", README)) <= options


def test_the_readme_and_the_help_agree_on_exit_codes() -> None:
    told = re.findall(r"^\| (\d) \| (.+) \|$", README, flags=re.MULTILINE)
    help_text = main.get_help(main.make_context("loader", [], resilient_parsing=True))
    assert [f"{code}  {meaning}" in help_text for code, meaning in told] == [True] * 6


def test_the_readme_has_every_key_of_the_configuration_with_its_default() -> None:
    macro = (ROOT / "dbt_project/macros/mapping/mapping_keys.sql").read_text()
    keys = dict(re.findall(r'"(\w+)": \{\s*"default": ("[^"]*"|\w+)', macro))
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", README, flags=re.MULTILINE))
    assert set(rows) >= set(keys)
    defaults = {key: value.strip('"') for key, value in keys.items() if value != "none"}
    assert {key: value in rows[key] for key, value in defaults.items()} == dict.fromkeys(
        defaults, True
    )


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert set(re.findall(r"make (demo|test|bench|people|check|unit)\b", README)) <= targets


def test_the_page_of_peers_has_rows_from_one_to_twenty() -> None:
    rows = re.findall(r"^\| (\d+) \|", PEERS, flags=re.MULTILINE)
    assert rows == [str(row) for row in range(1, 21)]


def test_every_row_of_the_page_of_peers_names_tests_that_exist() -> None:
    rows = re.findall(r"^\| \d+ \|.+$", PEERS, flags=re.MULTILINE)
    named = [re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row) for row in rows]
    assert all(named)
    tests = [test for of_a_row in named for test in of_a_row]
    assert len(tests) == PEERS.count("::")
    assert [test for test in tests if test[1] not in functions(ROOT / test[0])] == []


def functions(path: Path) -> set[str]:
    """The functions that a file defines; a file that is not there has none."""
    body = ast.parse(path.read_text()).body if path.exists() else []
    return {one.name for one in body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
