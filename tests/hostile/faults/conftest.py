"""What the tests of faults share: a Mailchimp that behaves again when a test is over."""

from collections.abc import Iterator

import pytest

from dbt_process import DbtProcess
from fault_runs import FaultRuns, Template, behave
from sandbox_process import SandboxProcess
from shop import Shop

PEOPLE = 1_200


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """One whose clock is put forward and that misbehaves, which others need not know."""
    with SandboxProcess("--allow-example-com") as process:
        yield process


@pytest.fixture(autouse=True)
def no_faults_later(sandbox: SandboxProcess) -> Iterator[None]:
    yield
    behave(sandbox)


@pytest.fixture(scope="module")
def template(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Template:
    return Template(Shop(tmp_path_factory.mktemp("template"), dbt, sandbox), PEOPLE)


@pytest.fixture(scope="module")
def small(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Template:
    """As many people as one call takes."""
    return Template(Shop(tmp_path_factory.mktemp("small"), dbt, sandbox), 500)


@pytest.fixture
def runs(template: Template) -> FaultRuns:
    return template.begin()
