"""GitHub Actions: the workflow held against GitHub's schema, and read by a security linter."""

import subprocess
from pathlib import Path

import pytest
from generate_orchestrators import EXAMPLES

from tests.orchestrators.example import environment_of

CHECKS = {
    "schema": ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
    "security": ["zizmor", "--offline", "--no-progress", "--persona", "pedantic"],
}
WORKFLOW = (EXAMPLES / "github_actions.yml").read_text()
PLANTED = {
    "schema": ("runs-on: ubuntu-latest", "runs_on: ubuntu-latest"),
    "security": ('"$PULL_REQUEST"', "${{ github.event.pull_request.title }}"),
}


@pytest.fixture(scope="session")
def programs() -> Path:
    return environment_of("github", ["zizmor==1.32.0", "check-jsonschema==0.39.0"], is_bare=True)


def checked(programs: Path, check: str, file: Path) -> tuple[int, str]:
    """What a check ends with, and what it says."""
    program, *options = CHECKS[check]
    ended = subprocess.run(
        [programs / program, *options, file], capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_finds_no_fault_in_the_workflow_and_one_that_was_planted(
    programs: Path, tmp_path: Path, check: str
) -> None:
    file = tmp_path / ".github/workflows/audiences.yml"
    file.parent.mkdir(parents=True)
    file.write_text(WORKFLOW)
    code, said = checked(programs, check, file)
    assert code == 0, said
    assert WORKFLOW.replace(*PLANTED[check]) != WORKFLOW
    file.write_text(WORKFLOW.replace(*PLANTED[check]))
    assert checked(programs, check, file)[0] != 0
