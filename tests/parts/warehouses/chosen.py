"""Which warehouse a run of the tests is on: DuckDB, or what WAREHOUSE says."""

import os

from warehouses.database import Databases
from warehouses.duckdb_file import DuckDBFiles
from warehouses.postgres_database import PostgresDatabases

KINDS: dict[str, type[Databases]] = {"duckdb": DuckDBFiles, "postgres": PostgresDatabases}
KIND = os.environ.get("WAREHOUSE") or "duckdb"


def databases() -> Databases:
    """The databases of that kind."""
    return KINDS[KIND]()
