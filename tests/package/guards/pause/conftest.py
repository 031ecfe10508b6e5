"""What the tests of pauses share: one shop, in which three nights have passed."""

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop
from tests.package.guards.pause.stopped_shop import StoppedShop


@pytest.fixture(scope="package")
def nights(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> StoppedShop:
    """The shop after three nights with a run."""
    shop = StoppedShop(Shop(tmp_path_factory.mktemp("stopped"), dbt, sandbox))
    shop.let_three_nights_pass()
    return shop


@pytest.fixture
def paused(nights: StoppedShop) -> StoppedShop:
    """The shop after the third night; a test may do with it what it likes."""
    nights.put_back()
    return nights
