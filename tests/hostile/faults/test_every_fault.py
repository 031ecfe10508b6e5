"""Whatever Mailchimp does wrong, what is reported is stored and nobody is lost."""

import random

import pytest

from draws import draws, seeds
from fault_runs import FaultRuns
from loader.sandbox.faults.fault import RESPONSE_KINDS

RATE = 0.3
FEW = 1  # kinds of faults, with each seed


def drawn() -> list[str]:
    """Kinds of faults: some with each seed, and in a soak every one."""
    some = min(draws(FEW), len(RESPONSE_KINDS))
    chances = [random.Random(seed) for seed in seeds()]  # noqa: S311 - a test
    return sorted({kind for chance in chances for kind in chance.sample(RESPONSE_KINDS, k=some)})


@pytest.mark.parametrize("kind", drawn())
def test_reported_is_stored_and_nobody_is_lost(runs: FaultRuns, kind: str) -> None:
    runs.sandbox.faults({"kind": kind, "rate": RATE}, seed=1)
    report = runs.sync(hangs=kind == "hang")
    assert fired(runs) > 0
    assert runs.account().faults(report) == []

    runs.sandbox.faults()
    assert runs.sync().exit_code == 0
    assert runs.is_exact()

    runs.writes()
    assert runs.sync().exit_code == 0
    assert runs.writes() == 0


@pytest.mark.parametrize("kind", ["person_unsubscribes", "marketer_tags", "too_many_signups"])
def test_what_happens_to_people_meanwhile_is_reported_and_nobody_is_lost(
    runs: FaultRuns, kind: str
) -> None:
    runs.sandbox.faults({"kind": kind, "rate": 1.0})
    report = runs.sync()
    assert fired(runs) > 0
    assert runs.account().faults(report) == []

    runs.sandbox.faults()
    report = runs.sync()
    account = runs.account()
    gone = sum(one["unsubscribed_by"] == "person" for one in runs.members().values())
    assert account.faults(report) == []
    assert account.stored + gone + account.rejected == account.wanted


def fired(runs: FaultRuns) -> int:
    """How often the faults happened."""
    return sum(one["fired"] for one in runs.sandbox.control("GET", "/faults")["faults"])
