"""The files for orchestrators: whatever can be seen of them with nothing installed."""

import ast
import configparser
import re
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from cronsim import CronSim
from generate_orchestrators import EXAMPLES, examples, head_of

from command_line import commands
from loader.api import SyncOptions
from loader.cli import main

FILES = {path.name: path.read_text() for path in examples()}
PYTHON = {name: ast.parse(text) for name, text in FILES.items() if name.endswith(".py")}
# nothing here can run the real thing: their heads say so
NOT_RUN = {
    *("crontab", "dbt_cloud_webhook.py", "github_actions.yml"),
    *("loader.service", "loader.timer"),
}
WORD = r"-{1,2}[a-z][\w-]*(?: (?:\{\w+\}|[a-z]\w*))?"  # an option, and its value
COMMAND = re.compile(rf"(?<![\w./-])loader ([a-z]+)((?: {WORD})*)")
BERLIN = ZoneInfo("Europe/Berlin")
SPRING = datetime(2027, 3, 28, tzinfo=BERLIN)  # there is no 02:30 on this night


def loader_commands(text: str) -> list[tuple[str, list[str]]]:
    """The commands of the loader in a file; a list of words is a command, too."""
    found = COMMAND.findall(re.sub(r'", "', " ", text))
    return [(name, words.split()) for name, words in found if name in commands()]


def schedules() -> list[tuple[str, str]]:
    """The cron expressions of all files."""
    five = r"(?<![\w*/])((?:[\d*/,-]+ ){4}[\d*/,-]+)(?![\w*/])"
    return [(name, one) for name, text in FILES.items() for one in re.findall(five, text)]


def test_every_file_says_whether_it_was_run_and_with_which_versions() -> None:
    heads = {path.name: head_of(path) for path in examples()}
    assert {name for name, head in heads.items() if not head.is_run} == NOT_RUN
    run = {name: head for name, head in heads.items() if head.is_run}
    assert len(run) == 4
    assert [
        name for name, head in run.items() if not re.match(r"20\d\d-\d\d-\d\d, by", head.how)
    ] == []
    pinned = [one for head in run.values() for one in head.install]
    assert [one for one in pinned if not re.fullmatch(r"[\w-]+==\d[\w.]*", one)] == []
    assert all(head.install for head in run.values())


@pytest.mark.parametrize(
    "text",
    [
        "# cron: it sends.\n#\n# Once it was run.\n#\nX=1\n",
        "# cron: it sends.\n#\n# Run: yesterday\n",
        '"""Airflow: it sends.\n\nInstall: airflow==3\n\nMore.\n"""\n',
        "",
    ],
)
def test_a_head_that_does_not_say_whether_it_was_run_is_found(tmp_path: Path, text: str) -> None:
    path = tmp_path / "example"
    path.write_text(text)
    with pytest.raises(ValueError, match="example: the head says neither"):
        head_of(path)


def test_every_command_of_a_file_has_options_that_the_loader_has() -> None:
    found = {name: loader_commands(text) for name, text in FILES.items()}
    without = {name for name, all_of in found.items() if not all_of}
    assert without == {"dagster_definitions.py", "loader.timer"}
    loader = main.make_context("loader", [], resilient_parsing=True)
    for all_of in found.values():
        for command, words in all_of:  # click refuses what it does not know
            context = commands()[command].make_context(command, list(words), parent=loader)
            assert context.command.name == command


def test_every_argument_of_a_sync_from_python_exists() -> None:
    given = {
        (name, word.arg)
        for name, tree in PYTHON.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sync"
        for word in node.keywords
    }
    assert {name for name, _ in given} == {"dagster_definitions.py", "prefect_flow.py"}
    assert {word for _, word in given} <= SyncOptions.__annotations__.keys()


def test_every_schedule_comes_round_on_the_night_when_the_clock_changes() -> None:
    assert len(schedules()) >= 6
    for name, expression in schedules():
        first = next(CronSim(expression, SPRING))
        assert first - SPRING < timedelta(days=1), name
        assert expression.split()[1] != "2", name
    timer = unit("loader.timer")["Timer"]
    assert timer["OnCalendar"] == "*-*-* 06:00:00"
    assert timer["Persistent"] == "true"


def unit(name: str) -> configparser.RawConfigParser:
    """A unit of systemd, in which a name stands once."""
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(FILES[name])
    return parser


def test_systemd_finds_no_fault_in_the_units() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed here")
    files = [EXAMPLES / "loader.service", EXAMPLES / "loader.timer"]
    verified = subprocess.run(
        ["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")


def test_no_job_of_the_workflow_may_do_more_than_it_needs() -> None:
    workflow = yaml.safe_load(FILES["github_actions.yml"])
    assert workflow["permissions"] == {}
    jobs = workflow["jobs"]
    assert jobs["plan"]["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert jobs["sync"]["permissions"] == {"contents": "read"}
    assert "head.repo.full_name == github.repository" in jobs["plan"]["if"]
    assert jobs["sync"]["concurrency"]["cancel-in-progress"] is False
    used = re.findall(r"uses: (\S+)", FILES["github_actions.yml"])
    assert len(used) == 4
    assert [one for one in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", one)] == []


def test_no_step_of_the_workflow_puts_what_others_write_into_a_shell() -> None:
    workflow = yaml.safe_load(FILES["github_actions.yml"])
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []
