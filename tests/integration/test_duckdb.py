"""DuckDB as a warehouse: streams beside writes, all or nothing, one process at a time."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from loader.model.errors import ConfigurationError, LoaderError, WarehouseError
from loader.warehouse.base import Warehouse, open_warehouse
from sandbox_process import PATIENCE

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table people (email_address varchar, orders bigint)")
        connection.execute("insert into people values ('anna@shop.de', 3)")
    return path


@pytest.fixture
def warehouse(file: Path) -> Iterator[Warehouse]:
    opened = open_it(file)
    yield opened
    opened.close()


def open_it(file: Path, *, wait: float = 0, **settings: object) -> Warehouse:
    return open_warehouse("duckdb", {"path": str(file), **settings}, file.parent, wait=wait)


def people(*addresses: str) -> pa.Table:
    return pa.table({"email_address": list(addresses)})


async def count(warehouse: Warehouse) -> int:
    (row,) = await warehouse.fetch("select count(*) as people from people")
    return int(row["people"])


async def test_rows_come_as_columns(warehouse: Warehouse) -> None:
    (batch,) = [batch async for batch in warehouse.stream("select * from people")]
    assert batch.to_pydict() == {"email_address": ["anna@shop.de"], "orders": [3]}


async def test_a_query_without_rows_has_none(warehouse: Warehouse) -> None:
    assert await warehouse.fetch("select * from people where orders > 9") == []


async def test_what_is_appended_while_a_query_is_streamed_is_committed_at_once(
    warehouse: Warehouse,
) -> None:
    stream = warehouse.stream("select * from range(100_000) as numbers(number)")
    streamed = (await anext(stream)).num_rows
    await warehouse.append("people", people("ben@shop.de", "cleo@shop.de"))
    streamed += sum([batch.num_rows async for batch in stream])
    assert (streamed, await count(warehouse)) == (100_000, 3)


async def test_a_column_that_is_not_appended_is_null(warehouse: Warehouse) -> None:
    await warehouse.append("people", people("ben@shop.de"))
    found = await warehouse.fetch("select orders from people where email_address like 'ben%'")
    assert found == [{"orders": None}]


async def test_many_appends_at_once_each_arrive_once(warehouse: Warehouse) -> None:
    tables = [people(*(f"{place}-{one}@shop.de" for one in range(50))) for place in range(40)]
    await asyncio.gather(*(warehouse.append("people", table) for table in tables))
    (row,) = await warehouse.fetch(
        "select count(*) as all_rows, count(distinct email_address) as people from people",
    )
    assert row == {"all_rows": 2001, "people": 2001}


async def test_an_append_that_fails_writes_nothing_and_the_next_one_works(
    warehouse: Warehouse,
) -> None:
    with pytest.raises(WarehouseError, match="The warehouse refused"):
        await warehouse.append("people", pa.table({"no_such_column": ["x"]}))
    await warehouse.append("people", people("ben@shop.de"))
    assert await count(warehouse) == 2


async def test_a_failed_statement_takes_back_those_before_it(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match=r"The warehouse refused: .*nowhere"):
        await warehouse.execute(
            "delete from people",
            "create table others (one int)",
            "insert into nowhere values (1)",
        )
    assert await count(warehouse) == 1
    assert await warehouse.fetch("from information_schema.tables where table_name = 'others'") == []


async def test_statements_work_again_after_a_failure(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError):
        await warehouse.execute("nonsense")
    await warehouse.execute("update people set orders = 4", "delete from people where orders = 3")
    assert await count(warehouse) == 1


async def test_a_query_that_fails_is_one_line_of_ours(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError) as raised:
        await warehouse.fetch("select * from nowhere")
    assert str(raised.value).startswith("The warehouse refused: ")
    assert "\n" not in str(raised.value)


async def test_a_large_query_begins_to_arrive_without_being_read_whole(
    warehouse: Warehouse,
) -> None:
    last_row = "if(number = 49_999_999, error('read to its end'), number)"
    stream = warehouse.stream(f"select {last_row} as number from range(50_000_000) as n(number)")
    assert 0 < (await anext(stream)).num_rows <= 100_000


async def test_a_query_that_is_given_up_leaves_the_warehouse_free(warehouse: Warehouse) -> None:
    stream = warehouse.stream("select * from range(50_000_000)")
    await anext(stream)
    await warehouse.execute("delete from people")
    assert await count(warehouse) == 0


async def test_another_query_may_follow_one_that_was_given_up(warehouse: Warehouse) -> None:
    stream = warehouse.stream("select * from range(50_000_000)")
    await anext(stream)
    assert await count(warehouse) == 1


async def test_what_was_written_is_there_for_the_next_process(file: Path) -> None:
    first = open_it(file)
    await first.append("people", people("ben@shop.de"))
    first.close()
    second = open_it(file)
    assert await count(second) == 2
    second.close()


def test_a_relative_path_starts_at_the_project(file: Path) -> None:
    open_warehouse("duckdb", {"path": file.name}, file.parent, wait=0).close()


async def test_the_settings_of_the_profile_are_those_of_the_database(file: Path) -> None:
    opened = open_it(file, settings={"threads": 1}, schema="marts")
    assert await opened.fetch("select current_setting('threads') as threads") == [{"threads": 1}]
    assert opened.schema == "marts"
    opened.close()


# what dbt-duckdb sets in each of its sessions; only some of it can be given when a file is opened
SET_IN_A_SESSION: dict[str, tuple[object, object]] = {
    "TimeZone": ("America/New_York", "America/New_York"),
    "search_path": ("main", "main"),
    "schema": ("main", "main"),
    "threads": (1, 1),
    "memory_limit": ("1GB", "953.6 MiB"),
    "enable_progress_bar": (True, False),  # the command says how far it is
    "preserve_insertion_order": (True, True),
    "default_null_order": ("nulls_first", "NULLS_FIRST"),
    "default_order": ("desc", "DESC"),
    "integer_division": (True, True),
    "Calendar": ("gregorian", "gregorian"),
}


@pytest.mark.parametrize("name", SET_IN_A_SESSION)
async def test_a_setting_of_the_profile_holds_in_every_session(file: Path, name: str) -> None:
    given, shown = SET_IN_A_SESSION[name]
    opened = open_it(file, settings={name: given})
    query = f"select current_setting('{name}') as value"
    assert await opened.fetch(query) == [{"value": shown}]
    async with opened.beside() as again:
        assert await again.fetch(query) == [{"value": shown}]
    await opened.append("people", people("bob@shop.de"))
    assert await count(opened) == 2
    opened.close()


@pytest.mark.parametrize(
    "output",
    [
        {"settings": {"s3_region": "eu-central-1", "threads": 1}},
        {"settings": {"azure_storage_connection_string": "x"}},
        {"extensions": ["httpfs", {"name": "no_such", "repo": "community"}]},
        {"extensions": ["icu"], "settings": {"TimeZone": "UTC"}},
        {"secrets": [{"type": "s3", "key_id": "x", "secret": "y"}]},
        {"attach": [{"path": "s3://bucket/other.duckdb", "alias": "other", "read_only": True}]},
        {"attach": [{"path": "postgres://nowhere", "type": "postgres"}]},
        {"plugins": [{"module": "excel"}], "module_paths": ["lib"]},
        {"filesystems": [{"fs": "s3"}], "use_credential_provider": "aws"},
        {"retries": {"connect_attempts": 3}, "keep_open": False, "disable_transactions": True},
        {"external_root": "elsewhere", "is_ducklake": False, "motherduck_token": "x"},
    ],
    ids=str,
)
async def test_what_the_loader_does_not_need_of_a_profile_does_not_stop_it(
    file: Path, output: dict[str, object]
) -> None:
    opened = open_warehouse("duckdb", {"path": str(file), **output}, file.parent, wait=0)
    assert await count(opened) == 1
    opened.close()


async def test_the_options_of_the_profile_are_given_when_the_file_is_opened(file: Path) -> None:
    opened = open_it(file, config_options={"allow_unsigned_extensions": True})
    query = "select current_setting('allow_unsigned_extensions') as value"
    assert await opened.fetch(query) == [{"value": True}]
    opened.close()


def refused(open_again: Callable[[], object], kind: type[LoaderError]) -> str:
    with pytest.raises(kind) as raised:
        open_again()
    return str(raised.value)


def test_without_a_file_one_is_told_to_run_dbt(tmp_path: Path) -> None:
    text = refused(lambda: open_it(tmp_path / "none.duckdb"), ConfigurationError)
    assert "none.duckdb" in text
    assert "Run dbt first" in text
    assert not (tmp_path / "none.duckdb").exists()


def test_a_file_of_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    path.write_text("email_address,orders\n" * 500)
    text = refused(lambda: open_it(path), WarehouseError)
    assert text.startswith(f"{path} cannot be opened. ")
    assert "\n" not in text


def test_a_setting_that_does_not_exist_is_no_traceback(file: Path) -> None:
    text = refused(lambda: open_it(file, settings={"no_such_setting": 1}), WarehouseError)
    assert "no_such_setting" in text


def test_another_warehouse_is_refused_by_its_name(tmp_path: Path) -> None:
    text = refused(lambda: open_warehouse("snowflake", {}, tmp_path, wait=0), ConfigurationError)
    assert "'snowflake'" in text


@contextmanager
def holder(file: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the file until it is told to let go."""
    command = [sys.executable, "-c", HOLD, str(file)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        if process.stdout is None or process.stdin is None:
            raise AssertionError("pipes were asked for")
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_file_that_another_process_holds_is_waited_for_as_long_as_asked(
    file: Path,
) -> None:
    with holder(file) as process:
        began = time.monotonic()
        text = refused(lambda: open_it(file, wait=0.3), WarehouseError)
        waited = time.monotonic() - began
    assert f"process {process.pid}" in text
    assert str(file) in text
    assert "after 0.3 s" in text
    assert "Nothing was sent" in text
    assert waited >= 0.3


async def test_a_file_is_opened_when_its_holder_goes_away_in_time(file: Path) -> None:
    with holder(file) as process:
        opening = asyncio.create_task(asyncio.to_thread(open_it, file, wait=PATIENCE))
        process.communicate("let go\n")
        opened = await opening
    assert await count(opened) == 1
    opened.close()
