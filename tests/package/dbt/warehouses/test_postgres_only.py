"""What PostgreSQL does otherwise than DuckDB, and what becomes of an audience there."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dbt_process import DbtProcess
from tests.package.dbt.warehouses.two_warehouses import TwoWarehouses
from warehouses.postgres_server import PostgresServer

SELECT = "select 'ada@shop.de' as email_address, true as marketing_consent"
KEPT = "select email_address, payload from main.{}__history where dbt_valid_to is null"


@pytest.fixture
def shops(tmp_path: Path, dbt: DbtProcess, server: PostgresServer) -> TwoWarehouses:
    return TwoWarehouses(tmp_path, dbt, server)


def test_a_name_that_postgres_would_cut_is_refused_by_its_bytes(shops: TwoWarehouses) -> None:
    fits, cut = "n" * 54, "n" * 55
    umlauts_fit, umlauts_cut = "ü" * 27, "ü" * 28
    for name in (fits, cut, umlauts_fit, umlauts_cut):
        shops.model(f"m{len(name.encode())}{name[0]}", SELECT, alias=name)
    ended = shops.on("postgres", "run")
    said = " ".join(ended.output.split())
    for name in (cut, umlauts_cut):
        size = len(name.encode()) + len("__history")
        assert f"its history would be called {name}__history, which has {size} bytes" in said
    assert "Give it an alias of at most 54 bytes." in said
    assert "PASS=4 WARN=0 ERROR=2" in said
    for name in (fits, umlauts_fit):
        assert len(shops.in_postgres(f'select * from main."{name}__delta"')) == 1
    assert shops.on("duckdb", "run").exit_code == 0


def test_a_history_is_in_utc_whatever_the_zone_of_the_session(shops: TwoWarehouses) -> None:
    shops.zone("Asia/Tokyo")
    shops.model("readers", SELECT)
    before = datetime.now(UTC).replace(tzinfo=None) - timedelta(minutes=1)
    for ended in shops.run("run"):
        assert ended.exit_code == 0, ended.output
    shops.model("readers", SELECT + ", 'Ada' as fname")
    for ended in shops.run("run"):
        assert ended.exit_code == 0, ended.output
    after = datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=1)
    query = "select dbt_valid_from, dbt_valid_to, dbt_updated_at from main.readers__history"
    for history in shops.rows(query):
        moments = [moment for row in history for moment in row.values() if moment]
        assert len(moments) == 5
        assert [one for one in moments if not before < one < after] == []


def test_a_database_that_lower_cases_ascii_only_is_refused(shops: TwoWarehouses) -> None:
    shops.in_locale("C")
    shops.model("readers", SELECT)
    ended = shops.on("postgres", "run")
    assert ended.exit_code == 1
    assert "has a locale whose lower case is not that of Unicode" in " ".join(ended.output.split())


def test_a_column_may_come_go_and_change_its_type(shops: TwoWarehouses) -> None:
    for columns in (
        "1 as points",
        "'Ada' as fname, cast(1.5 as decimal(5, 2)) as points",
        "date '2026-02-28' as points, 'Ada' as fname, cast(array['a'] as varchar[]) as tags",
        "'Ada' as fname",
    ):
        shops.model("readers", f"{SELECT}, {columns}")
        for ended in shops.run("run"):
            assert ended.exit_code == 0, ended.output
        found, same = shops.rows(KEPT.format("readers"))
        assert found == same


def test_a_view_of_an_older_package_is_replaced_whatever_its_columns(shops: TwoWarehouses) -> None:
    shops.model("readers", SELECT)
    for ended in shops.run("run"):
        assert ended.exit_code == 0, ended.output
    for name in ("readers__delta", "loader_wanted__now", "loader_left_behind"):
        older = f"drop view main.{name}; create view main.{name} as select 1 as email_address"
        shops.execute(older, older)
    for ended in shops.run("run"):
        assert ended.exit_code == 0, ended.output
    first, second = shops.rows("select email_address, action from main.readers__delta")
    assert first == second == [{"email_address": "ada@shop.de", "action": "upsert"}]


def test_enums_domains_and_lists_of_them_are_what_they_are_made_of(shops: TwoWarehouses) -> None:
    shops.execute("select 1", "create type season as enum ('int', 'winter')")
    shops.execute("select 1", "create domain points as numeric(5, 2) check (value > 0)")
    shops.model(
        "readers",
        f"{SELECT}, cast('winter' as season) as season, cast(1.5 as points) as points,"
        " cast(array['winter', 'int'] as season[]) as tags, cast('ab' as char(4)) as code",
    )
    ended = shops.on("postgres", "run")
    assert ended.exit_code == 0, ended.output
    (row,) = shops.in_postgres("select payload, tags from main.readers__history")
    assert row["tags"] == '["int","winter"]'
    assert row["payload"].endswith('{"SEASON":"winter","POINTS":1.50,"CODE":"ab"}}')


def test_a_row_without_names_is_refused(shops: TwoWarehouses) -> None:
    shops.model("readers", f"{SELECT}, row(52.5, 13.4) as location")
    ended = shops.on("postgres", "run")
    assert ended.exit_code == 1
    assert 'column "location" has pseudo-type record' in ended.output


def test_two_dbt_commands_at_once_leave_one_history_and_one_registry(
    shops: TwoWarehouses,
) -> None:
    shops.model(
        "readers",
        "select 'c' || n || '@shop.de' as email_address, true as marketing_consent,"
        " cast(random() as double precision) as points from generate_series(1, 2000) as g(n)",
    )
    assert shops.on("postgres", "run").exit_code == 0
    ended = shops.at_once("postgres", ["run"], ["run"], ["run"])
    assert [one.exit_code for one in ended] == [0, 0, 0], ended
    assert shops.on("postgres", "test").exit_code == 0
    counted = "select count(*) as n, count(distinct email_address) as people from main.{}"
    (open_rows,) = shops.in_postgres(
        counted.format("readers__history") + " where dbt_valid_to is null"
    )
    assert open_rows == {"n": 2000, "people": 2000}
    (wanted,) = shops.in_postgres(counted.format("loader_wanted"))
    assert wanted == {"n": 2000, "people": 2000}
    (registry,) = shops.in_postgres("select count(*) as n from main.loader_audiences")
    assert registry == {"n": 1}
    crossed = "select * from main.readers__history where dbt_valid_to < dbt_valid_from"
    assert shops.in_postgres(crossed) == []
