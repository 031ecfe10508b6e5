"""Every rule begins with empty tables."""

from collections.abc import Iterator

import pytest

from in_memory import InMemory


@pytest.fixture(scope="session")
def memory() -> Iterator[InMemory]:
    opened = InMemory()
    yield opened
    opened.close()


@pytest.fixture
def warehouse(memory: InMemory) -> Iterator[InMemory]:
    with memory:
        yield memory
