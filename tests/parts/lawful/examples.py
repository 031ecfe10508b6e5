"""How many examples of a law are tried, and how."""

import os

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from lawful.compiled import Project
from lawful.machine import Machine
from lawful.settings import EVERY, Setting
from lawful.world import Builds, World

EXAMPLES = "LAWS_EXAMPLES"  # how many to try over all settings; unset, as many as `make test`
RULES = 4
# with one seed; after its first ten examples hypothesis would vary those that it has tried
ROUND = 10


def asked_for(examples: int) -> int:
    """How many examples of one setting are asked for; so many, if the environment says nothing."""
    asked = os.environ.get(EXAMPLES)
    return -(-int(asked) // len(EVERY)) if asked else examples


def hold(
    project: Project, setting: Setting, builds: Builds, *, examples: int, rules: int = RULES
) -> None:
    """Try the machine so many times, and in the same ways every time."""

    class Begun(Machine):
        def __init__(self) -> None:
            super().__init__(lambda: World(project, setting, builds))

    for number in range(-(-examples // ROUND)):
        run_state_machine_as_test(
            seed(number)(Begun),
            settings=settings(
                max_examples=min(ROUND, examples - number * ROUND),
                stateful_step_count=rules,
                deadline=None,
                print_blob=True,
                database=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
