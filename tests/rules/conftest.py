"""Each rule has tables of its own."""

from collections.abc import Iterator

import pytest

from in_memory import InMemory


@pytest.fixture
def warehouse() -> Iterator[InMemory]:
    opened = InMemory()
    yield opened
    opened.close()
