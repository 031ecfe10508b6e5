"""Every rule begins with empty tables."""

from collections.abc import Iterator

import pytest

from cases.in_memory import InMemory
from cases.verified_list import ReadWhole


@pytest.fixture(scope="session")
def memory() -> Iterator[InMemory]:
    opened = InMemory()
    yield opened
    opened.close()


@pytest.fixture
def warehouse(memory: InMemory) -> Iterator[InMemory]:
    with memory:
        yield memory


@pytest.fixture
def anna(warehouse: InMemory) -> ReadWhole:
    return ReadWhole(warehouse)
