"""Examples that install nothing: their commands run by `sh`, and what dbt Cloud would send."""

import configparser
import fcntl
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from generate_orchestrators import EXAMPLES

from command_line import Printed
from shop import Shop
from tests.orchestrators.example import ALL_ARRIVED, Example

STUB = '#!/bin/sh\nread code < {codes}\nsed -i 1d {codes}\nexit "$code"\n'


@pytest.fixture
def example(shop: Shop) -> Example:
    return Example(shop, Path(sys.executable).parent)


def settings(example: Example) -> Path:
    """The file of settings that cron and systemd read."""
    file = example.shop.folder / "loader.env"
    url = example.shop.sandbox.url
    file.write_text(f"MAILCHIMP_API_KEY={example.key}\nMAILCHIMP_BASE_URL={url}\n")
    return file


def by_cron(example: Example, number: int = 0) -> Printed:
    """Run a line of the crontab as cron does: by its shell, with nothing but its variables."""
    lines = [line.lstrip("#") for line in (EXAMPLES / "crontab").read_text().splitlines()]
    given = dict(line.split("=", 1) for line in lines if line[:1].isalpha() and "=" in line[:12])
    given |= {
        "HOME": str(example.shop.folder),
        "PATH": example.path,
        "PROJECT": str(example.shop.folder),
        "SETTINGS": str(settings(example)),
    }
    commands = [line.split(" ", 5)[5] for line in lines if line.startswith(("0 ", "*/"))]
    ended = subprocess.run(
        [given["SHELL"], "-c", commands[number]],
        cwd="/",
        env=given,
        capture_output=True,
        text=True,
        check=False,
    )
    return Printed(ended.returncode, ended.stdout, ended.stderr)


def test_the_line_of_cron_builds_and_sends_and_prints_nothing(example: Example) -> None:
    assert by_cron(example) == (0, "", "")
    assert example.arrived() == ALL_ARRIVED
    assert by_cron(example, 1) == (0, "", "")  # nothing is due


def test_the_line_of_cron_does_nothing_beside_another_sync(example: Example) -> None:
    with (example.shop.folder / "dbt_project.yml").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert by_cron(example) == (1, "", "")
    assert example.arrived() == set()


def by_systemd(example: Example) -> int:
    """Run the command of the service with its environment; how it ended."""
    unit = configparser.RawConfigParser(strict=False)
    unit.read(EXAMPLES / "loader.service")
    lines = settings(example).read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines) | {"PATH": example.path}
    command = shlex.split(unit["Service"]["ExecStart"])
    return subprocess.run(command, cwd=example.shop.folder, env=given, check=False).returncode


def test_the_command_of_the_service_builds_and_sends(example: Example) -> None:
    assert by_systemd(example) == 0
    assert example.arrived() == ALL_ARRIVED


def test_the_command_of_the_service_sends_nothing_and_is_no_success_when_dbt_fails(
    example: Example,
) -> None:
    example.shop.audience("broken", "select nonsense")
    assert by_systemd(example) == 2
    assert example.arrived() == set()


def steps_of_sync() -> list[str]:
    """What the job `sync` of the workflow runs, once its packages are installed."""
    workflow = yaml.safe_load((EXAMPLES / "github_actions.yml").read_text())
    steps = [step["run"] for step in workflow["jobs"]["sync"]["steps"] if "run" in step]
    assert steps.pop(0) == "pip install -r requirements.txt"
    return steps


def test_the_steps_of_the_workflow_build_and_send(example: Example) -> None:
    given = {"MAILCHIMP_API_KEY": example.key, "DBT_TARGET": "prod"}
    ended = [example.run("bash", "-e", "-c", one, environment=given) for one in steps_of_sync()]
    assert [one.exit_code for one in ended] == [0, 0, 0]
    assert example.arrived() == ALL_ARRIVED


@pytest.mark.parametrize(
    ("codes", "exit_code", "left"),
    [
        ("0", 0, ""),
        ("1", 0, ""),
        ("4 0", 0, ""),
        ("4 4 4 0", 4, "0"),
        ("2 0", 2, "0"),
        ("3 0", 3, "0"),
        ("5 0", 5, "0"),
    ],
)
def test_the_workflow_tries_again_what_was_interrupted_and_nothing_else(
    example: Example, tmp_path: Path, codes: str, exit_code: int, left: str
) -> None:
    file = stub_loader(tmp_path, codes)
    given = {"PATH": f"{tmp_path}:{example.path}"}
    ended = example.run("bash", "-e", "-c", steps_of_sync()[-1], environment=given)
    assert (ended.exit_code, file.read_text().split()) == (exit_code, left.split())


def stub_loader(folder: Path, codes: str) -> Path:
    """A `loader` that ends with these codes, one after another; the file of those that are left."""
    file = folder / "codes.txt"
    file.write_text("\n".join([*codes.split(), ""]))
    program = folder / "loader"
    program.write_text(STUB.format(codes=file))
    program.chmod(0o755)
    return file
