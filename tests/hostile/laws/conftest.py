"""One project with every setting of a module, compiled once."""

from collections.abc import Iterator

import pytest

from dbt_process import DbtProcess
from laws.compiled_dbt import Project
from sandbox_process import SandboxProcess
from shop import Shop

# whose failure shows in what a plan and a sync differ
pytest.register_assert_rewrite("laws.scene")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """One whose clock is put forward, which others need not know."""
    with SandboxProcess("--allow-example-com") as process:
        yield process


@pytest.fixture(scope="module")
def project(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    dbt: DbtProcess,
    sandbox: SandboxProcess,
) -> Project:
    """The project of the settings that the module names."""
    shop = Shop(tmp_path_factory.mktemp("laws"), dbt, sandbox)
    return Project(shop, request.module.SETTINGS)
