"""A profile of dbt-postgres means to the loader what it means to dbt."""

import asyncio
import subprocess
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from dbt.adapters.postgres.connections import PostgresCredentials

from loader.model.errors import ConfigurationError, LoaderError, WarehouseError
from loader.warehouse.base import Warehouse, open_warehouse
from loader.warehouse.engine.postgres.profile import profile_of
from sandbox_process import PATIENCE
from tests.integration.postgres.postgres_database import PEOPLE, Database, running
from warehouses.postgres_server import PostgresServer

UGLY = (
    "plain",
    "two words",
    "it's",
    'say "x"',
    "back\\slash\\",
    "at@host/path?x=1#y",
    "100%25 %s {x} $1",
    "dbname=other host='x'",
    "Zürich-東京-😀",
    " ",
)
WHO = "quirine.vanderplas@people.example.com"
SECRET = "s3cr3t of-nobody"  # noqa: S105 - of a role of the test
WITHOUT_DRIVER = """
import sys
from pathlib import Path
from loader.warehouse.base import open_warehouse
sys.modules["adbc_driver_postgresql"] = None  # as where it is not installed
try:
    open_warehouse("postgres", {settings!r}, Path("/"), wait=0)
except Exception as error:
    print(type(error).__name__, error.exit_code, error)
"""
AFTER_DUCKDB = """
import sys
import loader.cli
from pathlib import Path
from loader.warehouse.base import open_warehouse
open_warehouse("duckdb", {"path": sys.argv[1]}, Path("/"), wait=0).close()
print([name for name in sys.modules if name.startswith("adbc")])
"""


@pytest.fixture(scope="session")
def asking(server: PostgresServer) -> PostgresServer:
    """The same server; whoever is in the role with_password is asked for one."""
    server.ask("create role with_password")
    rules = server.home / "data" / "pg_hba.conf"
    lines = "local all +with_password scram-sha-256\nhost all +with_password all scram-sha-256\n"
    rules.write_text(lines + rules.read_text())
    server.ask("select pg_reload_conf()")
    return server


@pytest.fixture
def role(asking: PostgresServer, database: Database) -> Iterator[str]:
    """A role with a name that has to be quoted, and a password."""
    name = f"it's \\ {database.name}@x"
    database.ask(f"""create role "{name}" login in role with_password password '{SECRET}'""")
    yield name
    asking.ask(f'drop role "{name}"')


def refused(call: Callable[[], object], kind: type[LoaderError]) -> LoaderError:
    with pytest.raises(kind) as raised:
        call()
    return raised.value


def whole(error: BaseException) -> str:
    """Everything that a traceback, a log line or a debugger shows of an error."""
    return "".join(traceback.format_exception(error)) + repr(error) + str(error)


@pytest.mark.parametrize("password", UGLY)
async def test_a_password_is_what_stands_in_the_profile(
    database: Database, role: str, password: str
) -> None:
    quoted = password.replace("'", "''")
    database.ask(f"alter role \"{role}\" password '{quoted}'")
    with database.opened(user=role, password=password) as warehouse:
        assert await warehouse.fetch("select current_user::text as who") == [{"who": role}]


@pytest.mark.parametrize(
    "settings",
    [
        {"password": "another"},
        {"dbname": "nowhere"},
        {"user": "nobody"},
        {"host": "/nowhere"},
        {"host": "nowhere.invalid"},
        {"host": "127.0.0.1", "port": 9},
        {"sslmode": "nonsense"},
        {"sslmode": "verify-full", "sslrootcert": "/nowhere/root.crt", "host": "127.0.0.1"},
    ],
    ids=str,
)
def test_what_keeps_the_loader_out_is_said_without_a_server_a_name_or_a_password(
    database: Database, role: str, settings: dict[str, Any]
) -> None:
    given = {"user": role, "password": SECRET, **settings}
    error = refused(lambda: database.open(**given), WarehouseError)
    assert str(error).startswith("PostgreSQL does not let the loader in, or cannot be reached: ")
    assert error.exit_code == 3
    secrets = (SECRET, role, database.name, "nowhere", "127.0.0.1", str(database.server.home))
    assert [secret for secret in secrets if secret in str(error)] == []
    assert SECRET not in whole(error)


def test_a_warehouse_and_its_parts_show_no_password(database: Database, role: str) -> None:
    with database.opened(user=role, password=SECRET) as warehouse:
        shown = repr(warehouse) + repr(vars(warehouse)) + str(vars(warehouse))
    assert SECRET not in shown
    assert "password" not in shown


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"host": None}, "host"),
        ({"user": None}, "user"),
        ({"user": ""}, "user"),
        ({"dbname": None}, "dbname"),
        ({"schema": ""}, "schema"),
        ({"port": "5432x"}, "port"),
        ({"port": 65_536}, "port"),
        ({"port": -1}, "port"),
        ({"port": None}, "port"),
        ({"connect_timeout": "soon"}, "connect_timeout"),
        ({"retries": -1}, "retries"),
        ({"keepalives_idle": 1.5}, "keepalives_idle"),
        ({"password": "a\0b"}, "password"),
        ({"schema": "s" * 64}, "63 bytes"),
        ({"schema": "ü" * 32}, "63 bytes"),
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_is_named_without_its_value(
    database: Database, changes: dict[str, Any], named: str
) -> None:
    error = refused(lambda: database.open(**{"password": SECRET, **changes}), ConfigurationError)
    assert named in str(error)
    assert "5432x" not in str(error)
    assert SECRET not in whole(error)


def test_every_setting_of_dbt_postgres_is_known_to_the_loader() -> None:
    """What dbt has beside: `autocommit`, which concerns its own statements."""
    known = {"host", "user", "port", "password", "database", "schema", "connect_timeout", "role"}
    known |= {"search_path", "keepalives_idle", "sslmode", "sslcert", "sslkey", "sslrootcert"}
    known |= {"application_name", "retries", "autocommit"}
    assert {one.name for one in fields(PostgresCredentials)} == known


def test_what_libpq_is_told_is_what_dbt_tells_it(tmp_path: Path) -> None:
    given = {
        "host": "db.example.com",
        "user": "u",
        "pass": "p",
        "port": "6432",
        "database": "d",
        "schema": "s",
        "sslmode": "verify-full",
        "sslrootcert": "certs/root.crt",
        "sslcert": "/etc/client.crt",
        "sslkey": "/etc/client.key",
        "keepalives_idle": 30,
        "connect_timeout": 5,
        "application_name": "nightly",
    }
    assert profile_of(given, tmp_path).conninfo == (
        "host='db.example.com' port='6432' user='u' password='p' dbname='d' connect_timeout='5'"
        f" application_name='nightly' sslmode='verify-full' sslcert='/etc/client.crt'"
        f" sslkey='/etc/client.key' sslrootcert='{tmp_path}/certs/root.crt' keepalives_idle='30'"
    )
    least = {"host": "", "user": "u", "port": 5432, "dbname": "d", "schema": "s"}
    assert profile_of(least, tmp_path).conninfo == (
        "host='' port='5432' user='u' password='' dbname='d' connect_timeout='10'"
        " application_name='dbt-mailchimp'"
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Owner_Role", "owner_role"), ('"Owner Role"', "Owner Role"), ("a b", "a b")],
)
async def test_the_role_is_taken_in_each_session_as_dbt_takes_it(
    database: Database, written: str, meant: str
) -> None:
    database.ask(f'drop role if exists "{meant}"; create role "{meant}" superuser')
    query = "select current_user::text as who"
    with database.opened(role=written) as warehouse:
        assert await warehouse.fetch(query) == [{"who": meant}]
        async with warehouse.beside() as again:
            assert await again.fetch(query) == [{"who": meant}]


def test_a_role_that_is_not_there_is_no_traceback(database: Database) -> None:
    error = refused(lambda: database.open(role="nobody_here"), WarehouseError)
    assert 'role "nobody_here" does not exist' in str(error)


async def test_the_search_path_is_that_of_the_profile(database: Database) -> None:
    database.ask("create schema other; create table other.people (orders bigint)")
    with database.opened(search_path="other, main") as warehouse:
        assert await warehouse.fetch("select * from people") == []
        async with warehouse.beside() as again:
            assert await again.fetch("select * from people") == []


async def test_the_server_sees_what_the_loader_is_called(database: Database) -> None:
    query = "select current_setting('application_name') as name"
    with database.opened() as warehouse:
        assert await warehouse.fetch(query) == [{"name": "dbt-mailchimp"}]
    with database.opened(application_name="nightly sync") as warehouse:
        assert await warehouse.fetch(query) == [{"name": "nightly sync"}]


async def test_a_server_that_starts_meanwhile_is_found_by_trying_again() -> None:
    with PostgresServer() as server:
        name = server.new_database()
        server.stop()
        profile = {**server.profile(name), "retries": 60}
        opening = running(_opened_later(profile))
        async with opening as task:
            server.start()
            await task


async def _opened_later(profile: dict[str, Any]) -> None:
    warehouse = await asyncio.to_thread(
        open_warehouse, "postgres", profile, Path("/"), wait=PATIENCE
    )
    warehouse.close()


def test_without_the_driver_one_is_told_what_to_install(database: Database) -> None:
    said = output(WITHOUT_DRIVER.format(settings=database.profile()))
    assert said.startswith("ConfigurationError 2 ")
    assert "pip install 'dbt-mailchimp[postgres]'" in said


def test_nobody_on_duckdb_waits_for_the_driver(tmp_path: Path) -> None:
    file = tmp_path / "empty.duckdb"
    subprocess.run(
        [sys.executable, "-c", f"import duckdb; duckdb.connect({str(file)!r})"], check=True
    )
    assert output(AFTER_DUCKDB, str(file)) == "[]"


def output(program: str, *arguments: str) -> str:
    """What a program prints."""
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


SAYS_A_VALUE: dict[str, Callable[[Warehouse], Awaitable[Any]]] = {
    "fetch": lambda one: one.fetch(f"select cast('{WHO}' as integer) as number"),
    "execute": lambda one: one.execute(f"insert into main.people values ('a', '{WHO}')"),
    "stream": lambda one: anext(
        one.stream("select cast(email_address as integer) from main.people where orders = 7")
    ),
    "append": lambda one: one.append(PEOPLE, pa.table({"email_address": [WHO], "orders": [WHO]})),
    "too long": lambda one: one.append('"main"."short"', pa.table({"email_address": [WHO]})),
}


@pytest.mark.parametrize("call", SAYS_A_VALUE)
async def test_what_the_server_says_of_a_value_is_not_repeated(
    database: Database, call: str
) -> None:
    database.ask(f"insert into main.people values ('{WHO}', 7)")
    database.ask("create table main.short (email_address varchar(3))")
    with database.opened() as warehouse, pytest.raises(WarehouseError) as raised:
        await SAYS_A_VALUE[call](warehouse)
    assert "vanderplas" not in whole(raised.value)
