"""Which warehouse a run of the tests is on: DuckDB, or what WAREHOUSE says."""

import os

KIND = os.environ.get("WAREHOUSE") or "duckdb"
