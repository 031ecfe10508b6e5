"""A database of a test: asked by psql, and opened as the loader opens it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi as driver
import pyarrow as pa

from loader.warehouse.base import Warehouse, open_warehouse
from sandbox_process import PATIENCE
from warehouses.postgres_server import PostgresServer

PEOPLE = '"main"."people"'


@dataclass(frozen=True)
class Database:
    """One database of a server; its schema `main` has a table `people`."""

    server: PostgresServer
    name: str

    def ask(self, sql: str) -> str:
        """What psql says to a statement."""
        return self.server.ask(sql, self.name)

    def profile(self, **settings: object) -> dict[str, Any]:
        """A target of profiles.yml."""
        return {**self.server.profile(self.name), "retries": 0, **settings}

    def new_role(self, *options: str) -> str:
        """A role that may do everything in this database, with settings of its own."""
        role = f"role_of_{self.name}"
        self.ask(f'create role "{role}" login superuser')
        for option in options:
            self.ask(f'alter role "{role}" set {option}')
        return role

    def open(self, *, wait: float = 0, is_reading: bool = False, **settings: object) -> Warehouse:
        """The warehouse, as a command of the loader opens it."""
        profile = self.profile(**settings)
        return open_warehouse("postgres", profile, Path("/"), wait=wait, is_reading=is_reading)

    @contextmanager
    def opened(self, **settings: Any) -> Iterator[Warehouse]:  # noqa: ANN401 - of the profile, too
        """The same, let go of at the end."""
        warehouse = self.open(**settings)
        try:
            yield warehouse
        finally:
            warehouse.close()

    @contextmanager
    def somebody(self, user: str = "loader") -> Iterator["Somebody"]:
        """A session of somebody else, who is called psql."""
        port = self.server.port
        uri = f"host={self.server.home} port={port} dbname={self.name} user={user}"
        connection = driver.connect(f"{uri} application_name=psql", autocommit=True)
        try:
            yield Somebody(connection)
        finally:
            connection.close()

    async def until(self, sql: str, said: str) -> None:
        """Ask until the answer is this one."""
        async with asyncio.timeout(PATIENCE):
            while await asyncio.to_thread(self.ask, sql) != said:
                pass


class Somebody:
    """A session that does what it is told."""

    def __init__(self, connection: driver.Connection) -> None:
        self._connection = connection

    def ask(self, sql: str) -> None:
        """Do one statement."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            if cursor.description:
                cursor.fetch_arrow_table()


@asynccontextmanager
async def running(coroutine: Any) -> AsyncIterator[asyncio.Task[Any]]:  # noqa: ANN401 - any work
    """Some work that goes on meanwhile, and is given up at the end."""
    task = asyncio.ensure_future(coroutine)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


def people(*addresses: str) -> pa.Table:
    """Rows for the table `people`."""
    return pa.table({"email_address": list(addresses)})


async def count(warehouse: Warehouse) -> int:
    """How many people there are."""
    (row,) = await warehouse.fetch("select count(*) as people from main.people")
    return int(row["people"])
