"""DuckDB: a file, which one process opens at a time."""
