"""A sandbox whose clock the tests of verify put forward."""

from collections.abc import Iterator

import pytest

from sandbox_process import SandboxProcess


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxProcess]:
    """One of their own, for others need not know of the clock."""
    with SandboxProcess("--allow-example-com") as process:
        yield process
