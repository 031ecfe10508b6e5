"""A DuckLake as the loader opens it: locks, conflicts, what is said, and what is erased."""

import asyncio
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from traceback import format_exception

import duckdb
import pytest

from loader.model.errors import ConfigurationError, LoaderError, WarehouseError, WarehouseLocked
from loader.warehouse.base import open_warehouse
from loader.warehouse.sql_templates import relation
from warehouses.ducklake import DuckLakeDatabase

SOMEBODY = "erased@people.example.com"


def opened(output: dict[str, object], said: list[str] | None = None) -> LoaderError:
    """What is said of a target that cannot be opened."""
    tell = (said if said is not None else []).append
    with pytest.raises(LoaderError) as caught:
        open_warehouse("duckdb", output, Path(), wait=0, tell=tell)
    return caught.value


def changed(lake: DuckLakeDatabase, **attachment: object) -> dict[str, object]:
    """The target with another attachment."""
    (attached,) = lake.output["attach"]
    return {**lake.output, "attach": [{**attached, **attachment}]}


def test_an_extension_that_is_not_installed_is_named(
    lake: DuckLakeDatabase, tmp_path: Path
) -> None:
    options = {"config_options": {"extension_directory": str(tmp_path)}}
    error = opened({**lake.output, **options})
    assert isinstance(error, ConfigurationError)
    assert "lacks its extension ducklake" in str(error)
    assert not list(tmp_path.rglob("*.duckdb_extension"))  # nothing was downloaded


def test_no_message_has_the_address_or_the_password_of_a_catalog(lake: DuckLakeDatabase) -> None:
    (attached,) = lake.output["attach"]
    for path in (
        attached["path"].replace("dbname=", "password=s3cret dbname=no_"),
        "ducklake:postgres:host=/nowhere user=loader password=s3cret",
        "ducklake:postgres:password=s3cret port=no_number",
        "ducklake:s3cret",
    ):
        error = opened(changed(lake, path=path))
        assert isinstance(error, WarehouseError)
        assert "s3cret" not in f"{error!r} {''.join(format_exception(error))}"
        assert "/nowhere" not in str(error)
    secret = {"type": "postgres", "host": "s3cret", "no_parameter": "s3cret"}
    assert "s3cret" not in str(opened({**lake.output, "secrets": [secret]}))


def test_a_catalog_that_dbt_has_not_made_is_not_made(lake: DuckLakeDatabase) -> None:
    path = f"{lake.output['attach'][0]['path']} dbname=postgres"
    assert "Run dbt first" in str(opened(changed(lake, path=path)))
    assert "Run dbt first" in str(opened(changed(lake, path=path)))


def test_a_catalog_in_a_file_and_a_lake_without_a_name_are_refused(
    lake: DuckLakeDatabase, tmp_path: Path
) -> None:
    assert "`attach`, with an `alias`" in str(
        opened({**lake.output, "path": "ducklake:a.ducklake"})
    )
    file = f"ducklake:{tmp_path}/catalog.ducklake"
    with lake.session() as session:
        session.execute(f"attach '{file}' as of_a_file (data_path '{tmp_path}/data')")
    options = {"path": file, "options": {}}
    assert "no PostgreSQL database" in str(opened(changed(lake, **options)))


def test_one_loader_has_a_schema_until_it_ends(lake: DuckLakeDatabase) -> None:
    first = lake.open()
    said: list[str] = []
    assert isinstance(opened(lake.output, said), WarehouseLocked)
    assert not isinstance(opened({**lake.output, "path": "ducklake:x"}), WarehouseLocked)
    other = {**lake.output, "schema": "another"}
    open_warehouse("duckdb", other, Path(), wait=0).close()
    first.close()
    lake.open().close()


def test_a_change_that_somebody_was_in_the_way_of_is_made_again(lake: DuckLakeDatabase) -> None:
    ended = Event()

    def build() -> None:
        with lake.session() as session:
            while not ended.is_set():
                with suppress(duckdb.TransactionException):  # it is in the loader's way, too
                    session.execute("update counted set theirs = theirs + 1")

    with lake.session() as session:
        session.execute("create table counted as select 0 as ours, 0 as theirs")
    warehouse = lake.open()
    builder = Thread(target=build)
    builder.start()
    try:
        for _ in range(10):
            asyncio.run(warehouse.execute("update counted set ours = ours + 1"))
    finally:
        ended.set()
        builder.join()
    (row,) = asyncio.run(warehouse.fetch("select * from counted"))
    warehouse.close()
    assert row["ours"] == 10
    assert row["theirs"] > 0


def test_what_was_erased_stands_in_no_file_and_not_in_the_catalog(lake: DuckLakeDatabase) -> None:
    with lake.session() as session:
        for table in ("kept", "dropped"):
            session.execute(
                f"create table {table} as select 'p' || range || '@shop.de' as address"
                f" from range(100) union all select '{SOMEBODY}'"
            )
            session.execute(f"insert into {table} values ('{SOMEBODY}')")  # stays in the catalog
        session.execute("drop table dropped")
    assert places(lake)

    async def erase() -> None:
        async with warehouse.rewriting([relation("main", "kept")]):
            await warehouse.execute(f"delete from kept where address = '{SOMEBODY}'")

    warehouse = lake.open()
    asyncio.run(erase())
    assert not places(lake)
    with lake.session() as session:
        assert session.rows("select count(*) from kept") == [(100,)]
    lake.open().close()  # it was let go of


def places(lake: DuckLakeDatabase) -> list[str]:
    """The Parquet files and the tables of the catalog in which somebody can be read."""
    found = []
    with lake.session() as session:
        for file in lake.data.rglob("*.parquet"):
            rows = session.rows(f"select * from read_parquet('{file}')")
            if SOMEBODY in str(rows) or SOMEBODY.encode() in file.read_bytes():
                found.append(file.name)
    for table in lake.ask(
        "select table_name from information_schema.tables where table_schema = 'public'"
    ).split():
        kept = lake.ask(f"select * from {table}")
        if SOMEBODY in kept or SOMEBODY.encode().hex() in kept:
            found.append(table)
    return found
