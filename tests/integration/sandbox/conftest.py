"""What tests against the sandbox share: one for each file, and lists that no other test uses."""

from collections.abc import Iterator

import pytest

from sandbox_process import SandboxProcess


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess("--allow-example-com", is_measured=True) as process:
        yield process


@pytest.fixture
def list_id(sandbox: SandboxProcess) -> str:
    return sandbox.new_list()
