"""One loader in a schema at a time, in sessions of its own, which nothing ends but a fault."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import adbc_driver_postgresql.dbapi as driver
import pytest

from loader.model.errors import ConfigurationError, LoaderError, WarehouseError, WarehouseLocked
from loader.warehouse.base import Warehouse
from loader.warehouse.sql_templates import relation
from sandbox_process import PATIENCE
from tests.integration.postgres.pooler import pooled
from tests.integration.postgres.postgres_database import PEOPLE, Database, count, people, running
from warehouses.postgres_server import PostgresServer

LIMITS = (
    "statement_timeout = 200",
    "idle_in_transaction_session_timeout = 200",
    "idle_session_timeout = 200",
    "transaction_timeout = 200",
    "lock_timeout = 200",
)
WHO = r"held by dbt-mailchimp \(process \d+ of the server, since \d{4}-\d\d-\d\d \d\d:\d\d UTC\)"


def refused(call: Callable[[], object], kind: type[LoaderError]) -> str:
    with pytest.raises(kind) as raised:
        call()
    return str(raised.value)


def test_a_second_loader_waits_as_long_as_asked_and_says_who_is_first(database: Database) -> None:
    with database.opened():
        began = time.monotonic()
        with pytest.raises(WarehouseLocked, match=rf"^The schema main is {WHO}") as raised:
            database.open(wait=0.3)
    assert time.monotonic() - began >= 0.3
    assert "after 0.3 s. Nothing was sent" in str(raised.value)
    assert (raised.value.exit_code, raised.value.is_temporary) == (3, True)


async def test_a_second_loader_goes_on_when_the_first_one_is_gone(database: Database) -> None:
    first = database.open()
    opening = asyncio.create_task(asyncio.to_thread(database.open, wait=PATIENCE))
    asked = "select count(*) > 0 from pg_stat_activity where query like '%objsubid = 2%'"
    await database.until(f"{asked} and pid <> pg_backend_pid()", "t")
    first.close()
    second = await opening
    assert await count(second) == 1
    second.close()


def test_another_schema_and_another_database_have_a_lock_of_their_own(
    database: Database, server: PostgresServer
) -> None:
    elsewhere = Database(server, server.new_database())
    with database.opened(), database.opened(schema="other"), elsewhere.opened():
        assert WHO


async def test_who_only_reads_waits_for_nobody_and_can_write_nothing(database: Database) -> None:
    with database.opened() as first, database.opened(is_reading=True) as second:
        await first.execute("update main.people set orders = 4")
        assert await second.fetch("select orders from main.people") == [{"orders": 4}]
        with pytest.raises(WarehouseError, match="can only be read"):
            await second.execute("update main.people set orders = 5")


@pytest.mark.parametrize("asked", ["execute", "append"])
async def test_a_table_that_an_idle_transaction_holds_is_waited_for_and_its_holder_named(
    database: Database, asked: str
) -> None:
    async def work(warehouse: Warehouse) -> None:
        if asked == "execute":
            await warehouse.execute("delete from main.people")
        else:
            await warehouse.append(PEOPLE, people("ben@shop.de"))

    with database.somebody() as somebody, database.opened(wait=0.5) as warehouse:
        somebody.ask("begin")
        somebody.ask("lock table main.people in access exclusive mode")
        with pytest.raises(WarehouseLocked, match=r"It may be psql \(process \d+") as raised:
            await work(warehouse)
        assert raised.value.exit_code == 3
        somebody.ask("rollback")
        await work(warehouse)


async def test_a_table_that_is_let_go_of_in_time_is_no_error(database: Database) -> None:
    with database.somebody() as somebody, database.opened(wait=PATIENCE) as warehouse:
        somebody.ask("begin")
        somebody.ask("update main.people set orders = 4")
        async with running(warehouse.execute("update main.people set orders = 5")) as work:
            waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
            await database.until(f"{waiting} and datname = current_database()", "1")
            somebody.ask("commit")
            await work
    assert database.ask("select orders from main.people") == "5"


async def _waiting_in(transaction: Any) -> None:  # noqa: ANN401 - a context
    async with transaction:
        await asyncio.sleep(0.5)


async def _read_slowly(warehouse: Warehouse) -> None:
    stream = warehouse.stream("select generate_series(1, 400000) as number")
    await anext(stream)
    await asyncio.sleep(0.5)
    assert sum([batch.num_rows async for batch in stream]) > 0


WORK: dict[str, Callable[[Warehouse], Awaitable[Any]]] = {
    "a statement that takes long": lambda one: one.fetch("select cast(pg_sleep(0.5) as text)"),
    "a transaction that waits": lambda one: _waiting_in(one.transaction()),
    "a rehearsal that waits": lambda one: _waiting_in(one.rolled_back()),
    "a session that waits": lambda one: asyncio.sleep(0.5),  # noqa: ARG005
    "a delta that is read slowly": _read_slowly,
}


@pytest.mark.parametrize("work", WORK)
async def test_no_timeout_of_a_role_ends_a_long_delivery(database: Database, work: str) -> None:
    role = database.new_role(*LIMITS)
    with database.opened(user=role) as warehouse:
        async with warehouse.beside() as beside:
            await asyncio.gather(WORK[work](warehouse), WORK[work](beside))
            await beside.append(PEOPLE, people("ben@shop.de"))
        await warehouse.append(PEOPLE, people("cleo@shop.de"))
        assert await count(warehouse) == 3
    with (
        pytest.raises((driver.Error, OSError), match="timeout"),
        database.somebody(role) as somebody,
    ):
        somebody.ask("select pg_sleep(0.5)")  # they do end what others do


async def test_a_role_that_writes_texts_in_another_way_changes_nothing(database: Database) -> None:
    role = database.new_role(
        "standard_conforming_strings = off", "datestyle = 'German'", "timezone = 'Asia/Tokyo'"
    )
    query = (
        r"""select 'it\s' as text, cast(timestamp '2026-11-30 12:00:00' as text) as time,"""
        " cast(timestamptz '2026-11-30 12:00:00+00' as timestamp) as moment"
    )
    with database.opened(user=role) as warehouse:
        (row,) = await warehouse.fetch(query)
    assert (row["text"], row["time"]) == (r"it\s", "2026-11-30 12:00:00")
    assert row["moment"].hour == 12


async def test_a_pooler_that_hands_transactions_around_is_refused_before_anything_is_set(
    database: Database,
) -> None:
    server = database.server
    async with pooled(server.home / f".s.PGSQL.{server.port}") as port:
        settings: dict[str, Any] = {"host": "127.0.0.1", "port": port}
        with pytest.raises(ConfigurationError, match="pool_mode = transaction") as raised:
            await asyncio.to_thread(database.open, **settings)
    assert raised.value.exit_code == 2
    assert "pool_mode = session" in str(raised.value)


async def test_a_server_that_can_only_be_read_ends_a_run_with_words(database: Database) -> None:
    database.ask(f'alter database "{database.name}" set default_transaction_read_only = on')
    with database.opened() as warehouse:
        with pytest.raises(WarehouseError, match=r"can only be read: .*standby") as raised:
            await warehouse.execute("delete from main.people")
        with pytest.raises(WarehouseError, match="can only be read"):
            await warehouse.append(PEOPLE, people("ben@shop.de"))
    assert raised.value.exit_code == 3


async def test_a_server_without_room_ends_a_run_with_words_and_all_is_as_before(
    database: Database,
) -> None:
    role = database.new_role("temp_file_limit = '1MB'", "work_mem = '64kB'")
    query = "create temporary table plan as select n from generate_series(1, 200000) as s (n)"
    with database.opened(user=role) as warehouse:
        with pytest.raises(WarehouseError, match=r"has no room.*temporary file size") as raised:
            await warehouse.execute("delete from main.people", f"{query} order by -n, md5(n::text)")
        assert await count(warehouse) == 1
    assert raised.value.exit_code == 3


async def test_the_other_target_is_another_schema_of_the_same_database(database: Database) -> None:
    other = database.profile(schema="prod")
    with database.opened() as warehouse:
        reading = warehouse.reading(other, database.server.home, wait=0, tell=print)
        async with reading as name:
            table = f'"{name}".{relation("main", "people")}'
            assert len(await warehouse.fetch(f"select * from {table}")) == 1
        for changes in ({"dbname": "other"}, {"port": 6432}, {"host": "db.example.com"}):
            reading = warehouse.reading(
                {**other, **changes}, database.server.home, wait=0, tell=print
            )
            with pytest.raises(ConfigurationError, match="another database"):
                async with reading:
                    pass
