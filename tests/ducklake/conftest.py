"""A DuckLake, and the sample shop whose dbt and whose loader are on two machines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox_process import SandboxProcess
from tests.ducklake.machines import MachineOfDbt, MachineOfLoader
from warehouses.ducklake import DuckLakeDatabase, DuckLakes


@pytest.fixture(scope="session")
def lakes() -> Iterator[DuckLakes]:
    with DuckLakes() as lakes:
        yield lakes


@pytest.fixture
def lake(lakes: DuckLakes, tmp_path: Path) -> DuckLakeDatabase:
    return lakes.new(tmp_path)


@pytest.fixture
def mailchimp() -> Iterator[SandboxProcess]:
    with SandboxProcess("--allow-example-com") as process:
        yield process


@pytest.fixture
def machines(
    lake: DuckLakeDatabase, mailchimp: SandboxProcess, tmp_path: Path
) -> tuple[MachineOfDbt, MachineOfLoader]:
    dbt = MachineOfDbt(tmp_path / "dbt", lake)
    return dbt, MachineOfLoader(tmp_path / "loader", lake, mailchimp)
