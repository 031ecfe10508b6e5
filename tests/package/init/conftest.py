"""A project to begin in, and a sandbox as it starts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox_process import SandboxProcess
from tests.package.init.begun_project import Begun


@pytest.fixture(scope="module")
def fresh() -> Iterator[SandboxProcess]:
    """A sandbox as it starts, with one list."""
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def begun(tmp_path: Path, fresh: SandboxProcess) -> Begun:
    return Begun(tmp_path, fresh)
