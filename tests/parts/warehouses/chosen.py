"""The warehouse that tests run on: DuckDB, unless WAREHOUSE names another."""

import os

WAREHOUSES = (DUCKDB, POSTGRES, DUCKLAKE) = ("duckdb", "postgres", "ducklake")


def chosen() -> str:
    """What WAREHOUSE of the environment says, as dbt names its adapter, or ducklake.

    Raises:
        AssertionError: the tests know no such warehouse.
    """
    name = os.environ.get("WAREHOUSE") or DUCKDB
    if name not in WAREHOUSES:
        raise AssertionError(f"WAREHOUSE is one of {', '.join(WAREHOUSES)}, and not {name}.")
    return name
