"""One real server for these tests, and a database of its own for each of them."""

from collections.abc import Iterator

import pytest

from tests.integration.postgres.postgres_database import Database
from warehouses.postgres_server import PostgresServer


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as running:
        yield running


@pytest.fixture
def database(server: PostgresServer) -> Database:
    made = Database(server, server.new_database())
    made.ask("create schema main; create table main.people (email_address text, orders bigint)")
    made.ask("insert into main.people values ('anna@shop.de', 3)")
    return made
