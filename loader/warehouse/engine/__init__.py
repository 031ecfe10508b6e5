"""One warehouse engine: DuckDB, its sessions, and what it spells in its own way."""
