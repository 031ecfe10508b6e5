"""How often chance is asked: few times in `make test`, many in `make soak`, and with which seeds.

Every hostile test draws with two seeds: one that is the same every time, and one that is new in
every run. A run prints the new one, and `make test SEED=...` draws the same again.
"""

import os
import random
import secrets
from collections.abc import Sequence

FIXED = 20_261_122
# variables of the environment, which the workers of a run inherit
SEED, SOAK = "SEED", "SOAK"


def record_skipped() -> None:
    """Choose the new seed of a run, before its workers begin."""
    os.environ[SEED] = os.environ.get(SEED) or str(secrets.randbelow(1_000_000))


def described() -> str:
    """With which seeds a run draws, and how often."""
    fixed, fresh = seeds()
    return f"seeds {fixed} and {fresh} (the same again: SEED={fresh}), draws times {draws(1)}"


def seeds() -> tuple[int, int]:
    """The seed that stays the same, and the one of this run."""
    return FIXED, int(os.environ[SEED])


def some_of(names: Sequence[str], few: int) -> set[str]:
    """So many of these names, drawn with the seed of this run; all of them in a soak."""
    chance = random.Random(f"{seeds()[1]} {names[0]}")  # noqa: S311 - a test
    return set(chance.sample(names, k=min(len(names), draws(few))))


def draws(few: int) -> int:
    """So many draws, or a multiple of it where that was asked for."""
    return few * int(os.environ.get(SOAK) or 1)
