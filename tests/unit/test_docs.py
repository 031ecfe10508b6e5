import re
from pathlib import Path

import click

from loader.cli import main

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text()


def test_every_command_and_option_of_the_readme_exists() -> None:
    commands = main.commands
    named = set(re.findall(r"(?:`|    |&& )loader ([a-z]+)\b", README))
    assert named <= set(commands)
    options = {
        option
        for command in commands.values()
        for parameter in command.params
        for option in parameter.opts
    }
    assert set(re.findall(r"--[a-z][a-z-]+", README)) <= options


def test_the_readme_and_the_help_agree_on_exit_codes() -> None:
    told = re.findall(r"^\| (\d) \| (.+) \|$", README, flags=re.MULTILINE)
    help_text = main.get_help(click.Context(main))
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
