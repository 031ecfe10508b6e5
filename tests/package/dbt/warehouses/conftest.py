from collections.abc import Iterator

import pytest

from warehouses.postgres_server import PostgresServer


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as started:
        yield started
