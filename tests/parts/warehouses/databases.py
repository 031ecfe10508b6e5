"""The databases of the warehouse that was chosen."""

from warehouses.chosen import DUCKDB, POSTGRES, chosen
from warehouses.database import Databases
from warehouses.duckdb_file import DuckDBFiles
from warehouses.postgres_database import PostgresDatabases

KINDS: dict[str, type[Databases]] = {DUCKDB: DuckDBFiles, POSTGRES: PostgresDatabases}


def databases() -> Databases:
    """Those that the projects of a worker have."""
    return KINDS[chosen()]()
