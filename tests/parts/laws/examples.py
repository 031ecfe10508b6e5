"""How many examples of a law are tried, and how."""

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from draws import draws, seeds
from laws.compiled_dbt import Project
from laws.environment import Builds, World
from laws.settings import Setting
from laws.state_machine import Machine

RULES = 4
# with one seed; after its first ten examples hypothesis would vary those that it has tried
ROUND = 10


def hold(
    project: Project, setting: Setting, builds: Builds, *, examples: int, rules: int = RULES
) -> None:
    """Try the machine so many times with each seed of this run, or a multiple of it in a soak."""

    class Begun(Machine):
        def __init__(self) -> None:
            super().__init__(lambda: World(project, setting, builds))

    for first in seeds():
        for begun in range(0, draws(examples), ROUND):
            run_state_machine_as_test(
                seed(first + begun)(Begun),
                settings=settings(
                    max_examples=min(ROUND, draws(examples) - begun),
                    stateful_step_count=rules,
                    deadline=None,
                    print_blob=True,
                    database=None,
                    phases=(Phase.generate, Phase.shrink),
                    suppress_health_check=list(HealthCheck),
                ),
            )
