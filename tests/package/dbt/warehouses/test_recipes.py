"""The recipes of the cookbook, built on DuckDB and in the spelling of PostgreSQL."""

from pathlib import Path

import pytest

from cases.recipes import CUSTOMERS, ORDERS, recipes, types
from dbt_process import DbtProcess
from tests.package.dbt.warehouses.two_warehouses import TwoWarehouses
from warehouses.postgres_server import PostgresServer

MODEL = "{{{{ config(materialized='table') }}}} select * from raw_{}"
KEPT = (
    "select email_address, person_id, payload, payload_hash, tags, marketing_permissions,"
    ' marketing_consent, invalid_reason, dropped_rows from main."{}__history"'
)
OURS = {name for name in recipes() if name.startswith("audiences/")}


@pytest.fixture(scope="module")
def kitchen(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, server: PostgresServer
) -> TwoWarehouses:
    """Every recipe, built on both."""
    shops = TwoWarehouses(tmp_path_factory.mktemp("recipes"), dbt, server)
    for statement in (CUSTOMERS, ORDERS):
        shops.execute(statement, statement)
    for statement in types(on_postgres=True):
        shops.execute("select 1", statement)
    for target in ("duckdb", "postgres"):
        written = recipes(on_postgres=target == "postgres")
        written |= {f"{name}.sql": MODEL.format(name) for name in ("customers", "orders")}
        for name, text in written.items():
            path = shops.folder / "models" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        ended = shops.on(target, "run")
        assert ended.exit_code == 0, ended.output
        for name in written:
            (shops.folder / "models" / name).unlink()
    return shops


def test_every_recipe_is_there_in_each_spelling() -> None:
    assert {name for name in recipes(on_postgres=True) if name.startswith("audiences/")} == OURS
    assert len(OURS) > 10


@pytest.mark.parametrize("name", sorted(Path(name).stem for name in OURS))
def test_a_recipe_makes_the_same_on_postgres(kitchen: TwoWarehouses, name: str) -> None:
    first, second = (sorted(map(str, found)) for found in kitchen.rows(KEPT.format(name)))
    assert first == second
    assert first
