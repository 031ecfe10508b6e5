"""A shop whose warehouse is a database of a real PostgreSQL server, whatever others run on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from tests.hostile.postgres.served_shop import ServedShop
from warehouses.postgres_database import PostgresDatabases


@pytest.fixture(scope="session")
def databases() -> Iterator[PostgresDatabases]:
    with PostgresDatabases() as them:
        yield them


@pytest.fixture(scope="session")
def dbt(databases: PostgresDatabases) -> Iterator[DbtProcess]:
    with DbtProcess(databases) as process:
        yield process


@pytest.fixture
def shop(tmp_path: Path, dbt: DbtProcess, sandbox: SandboxProcess) -> ServedShop:
    return ServedShop(tmp_path, dbt, sandbox)
