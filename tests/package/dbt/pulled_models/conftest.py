"""A project with the models over what a pull brought."""

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from tests.package.dbt.pulled_models.pulled_project import Back


@pytest.fixture(scope="module")
def back(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Back:
    return Back(tmp_path_factory.mktemp("back"), dbt, sandbox)
