"""What `loader plan` says of an audience is what `loader sync` then does, whatever came before."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings

from dbt_process import DbtProcess
from draws import FIXED, draws, seeds
from laws.compiled_dbt import Project
from laws.plan_states import COLUMNS, State, drawn_settings, states
from laws.scene import Scene
from sandbox_process import SandboxProcess
from shop import Shop

SETTINGS = {number: drawn_settings(number, draws(1)) for number in seeds()}
# with one seed; of its first examples hypothesis would vary what it has tried
ROUND = 2


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """One that refuses fake addresses, and whose clock is put forward."""
    with SandboxProcess() as process:
        yield process


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Project:
    every = [one for drawn in SETTINGS.values() for one in drawn]
    return Project(Shop(tmp_path_factory.mktemp("foretold"), dbt, sandbox), every, COLUMNS)


@pytest.mark.parametrize("drawn", seeds(), ids=lambda one: "fixed" if one == FIXED else "new")
def test_what_a_plan_says_is_what_the_sync_does(project: Project, drawn: int) -> None:
    @settings(
        max_examples=ROUND,
        print_blob=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(state=states(SETTINGS[drawn]))
    def hold(state: State) -> None:
        assume(any(state.days[0].changes))  # not the simplest, which is always the first
        Scene(project, state).compare()

    for number in range(draws(1)):
        seed(drawn + number)(hold)()
