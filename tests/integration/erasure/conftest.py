"""A warehouse of one schema."""

from pathlib import Path

import pytest

from tests.integration.erasure.erased_warehouse import Kept


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)
