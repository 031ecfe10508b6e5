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


def can_hold(text: str) -> bool:
    """Whether its texts may have these letters: those of PostgreSQL have no U+0000."""
    return chosen() != POSTGRES or "\0" not in text


def can_name(text: str) -> bool:
    """Whether a column or the field of a struct may be called so: PostgreSQL cuts at 63 bytes."""
    return chosen() != POSTGRES or len(text.encode()) <= 63
