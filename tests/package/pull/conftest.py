"""A list with people in every status, and campaigns that were sent to it."""

from collections.abc import Iterator

import pytest

from pulled import with_everybody
from sandbox_process import SandboxProcess
from shop import Shop


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """One whose clock is put forward, which others need not know."""
    with SandboxProcess("--allow-example-com") as process:
        yield process


@pytest.fixture
def full(shop: Shop) -> Shop:
    return with_everybody(shop)
