"""The databases of the warehouse that was chosen."""

from warehouses.chosen import DUCKDB, DUCKLAKE, POSTGRES, chosen
from warehouses.database import Databases
from warehouses.duckdb_file import DuckDBFiles
from warehouses.ducklake import DuckLakes
from warehouses.postgres_database import PostgresDatabases

KINDS: dict[str, type[Databases]] = {
    DUCKDB: DuckDBFiles,
    POSTGRES: PostgresDatabases,
    DUCKLAKE: DuckLakes,
}


def chosen_databases() -> Databases:
    """Those that the projects of a worker have."""
    return KINDS[chosen()]()
