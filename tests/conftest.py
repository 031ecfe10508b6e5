"""What tests share: the real dbt, a sandbox in a process of its own, and shops between them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

# no test asserts a wall time
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def dbt() -> Iterator[DbtProcess]:
    with DbtProcess() as process:
        yield process


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess("--allow-example-com") as process:
        yield process


@pytest.fixture
def shop(tmp_path: Path, dbt: DbtProcess, sandbox: SandboxProcess) -> Shop:
    return Shop(tmp_path, dbt, sandbox)
