"""What the tests of the catalogue share: a shop for each folder of models."""

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from tests.package.options.options_project import Group


@pytest.fixture(scope="module")
def empty(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Group:
    """A shop whose tables and models are still to come."""
    return Group(tmp_path_factory.mktemp("catalogue"), dbt, sandbox)
