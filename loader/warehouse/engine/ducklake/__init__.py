"""DuckLake: a catalog on a server, data in Parquet files, and DuckDB on each machine."""
