"""A warehouse of one schema."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.erasure.erased_warehouse import Kept
from warehouses.database import Databases


@pytest.fixture
def kept(tmp_path: Path, databases: Databases) -> Iterator[Kept]:
    kept = Kept(tmp_path, databases.new(tmp_path))
    yield kept
    kept.close()
