"""dbt and the loader have the same idea of what stands between them."""

import json
import shutil
from collections.abc import Iterator
from functools import cache

import duckdb
import pytest

from cases.in_memory import execute
from cases.statement_values import KEPT, MAKERS, VALUES, values_of
from dbt_process import DbtProcess
from loader.warehouse.contract import shared_tables
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.engine.duckdb.dialect import DUCKDB
from loader.warehouse.sql_templates import Rendered, rendered, signatures, statement
from sandbox_process import SandboxProcess
from shop import Shop

TABLES = shared_tables()
VIEWS = ("loader_wanted__now", "loader_conflicts__now", "loader_left_behind")
NAMES = sorted(signatures())
UNREAD = {"pre_existing"}  # of the delta: for people who look into it


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("contract"), dbt, sandbox)
    shop.audience(
        "readers",
        "select 'ada@example.com' as email_address, true as marketing_consent",
        segment="Readers",
    )
    shop.dbt("run")
    return shop


@pytest.fixture(scope="module")
def warehouse(built: Shop) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of what dbt made, with what some statements of the loader make for others."""
    copy = built.folder / "copy" / "shop.duckdb"
    copy.parent.mkdir()
    built.sql("checkpoint")  # what dbt wrote last is in a file beside it
    shutil.copy(built.folder / "shop.duckdb", copy)
    with duckdb.connect(str(copy)) as connection:
        for name in MAKERS:
            execute(connection, statement(name, **values_of(name)))
        for name in {*KEPT, "pull/stage"}:
            for one in ("pull/unstage", "pull/stage"):
                execute(connection, statement(one, **values_of(name)))
        yield connection


def documented(shop: Shop) -> dict[str, list[str]]:
    """The columns that the sources of the package describe, by relation."""
    shop.dbt("--write-json", "parse")
    manifest = json.loads((shop.folder / "target" / "manifest.json").read_text())
    return {
        source["name"]: [
            column["name"] for column in source["columns"].values() if column["description"]
        ]
        for source in manifest["sources"].values()
        if source["source_name"] == "dbt_mailchimp" and source["description"]
    }


def columns_of(warehouse: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    return warehouse.table(name).columns


def test_dbt_makes_the_tables_that_the_loader_expects(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert {name: warehouse.table(name).to_arrow_table().schema for name in TABLES} == TABLES


def test_dbt_makes_no_table_that_the_loader_does_not_know(built: Shop) -> None:
    found = built.query(
        "select table_name from information_schema.tables"
        " where table_name like 'loader%' or table_name like 'mailchimp%'"
    )
    assert {row["table_name"] for row in found} == {*TABLES, *VIEWS}


def test_every_column_is_described_in_the_sources_of_whoever_installs_the_package(
    built: Shop,
) -> None:
    described = documented(built)
    with duckdb.connect(str(built.folder / "shop.duckdb")) as warehouse:
        assert described == {name: columns_of(warehouse, name) for name in (*TABLES, *VIEWS)}


def test_every_statement_of_the_loader_runs_on_what_dbt_made(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    refused = {}
    for name in NAMES:
        try:
            text = rendered(statement(name, **values_of(name)), DUCKDB)
            warehouse.execute(f"explain {text}", text.values)
        except duckdb.Error as error:
            refused[name] = str(error)
    assert refused == {}


def test_the_loader_reads_every_column_of_a_delta(warehouse: duckdb.DuckDBPyConnection) -> None:
    columns = columns_of(warehouse, "readers__delta")
    unread = {column for column in columns if not is_missed(warehouse, column)}
    execute(warehouse, statement("delta/read", **VALUES))
    assert unread == UNREAD


def is_missed(warehouse: duckdb.DuckDBPyConnection, column: str) -> bool:
    """Whether some statement fails on a delta, and what was read of one, without this column."""
    warehouse.execute(
        "create or replace temporary view without as"
        f" select * exclude ({column}) from main.readers__delta"
    )
    warehouse.execute("create or replace temporary table loader_delta as select * from without")
    # those that name the column are likely to fail, and one is enough
    for text in sorted(on_a_delta_without(), key=lambda text: column not in text):
        try:
            warehouse.execute(f"explain {text}", text.values)
        except duckdb.BinderException:
            return True
    return False


@cache
def on_a_delta_without() -> list[Rendered]:
    """Every statement that reads, on a delta that lacks a column."""
    without = {"delta": Relation("without")}
    # which put all of its columns into a table
    filling = {"delta/read", "delta/mirror_archives"}
    names = [name for name in NAMES if name not in filling]
    statements = (statement(name, **values_of(name) | without) for name in names)
    return [rendered(one, DUCKDB) for one in statements]
