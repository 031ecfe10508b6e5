"""Open the DuckDB file of a target as soon as nobody else has it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from loader.warehouse.engine.duckdb.file import file_of
from loader.warehouse.engine.duckdb.file_lock import HeldFiles, wait_for
from loader.warehouse.engine.duckdb.session import open_session, settings_refused
from loader.warehouse.engine.duckdb.warehouse import DuckDB
from loader.warehouse.engine.ducklake.attachment import lake_of
from loader.warehouse.engine.ducklake.opening import open_ducklake
from loader.warehouse.engine.ducklake.warehouse import DuckLake

HELD = HeldFiles()  # a file is open in a process, and not in a run


def open_duckdb(
    settings: dict[str, Any],
    folder: Path,
    *,
    wait: float,
    tell: Callable[[str], None],
    is_reading: bool,
) -> DuckDB | DuckLake:
    """Open the file or the DuckLake of a dbt-duckdb profile, waiting `wait` seconds for its lock.

    A file has one holder, whatever it does; a DuckLake has many, one of which may write.

    `tell` hears who holds it.

    Raises:
        ConfigurationError: there is no such file: dbt never ran.
        WarehouseError: another process holds it, or it is no DuckDB file.
    """
    if lake := lake_of(settings):
        return open_ducklake(lake, settings, wait=wait, tell=tell, is_reading=is_reading)
    path = file_of(settings, folder)
    schema = str(settings.get("schema", "main"))

    file = path.resolve()

    def connect() -> DuckDB:
        HELD.take(file)
        try:
            connection, known = open_session(path, settings)
            try:
                return DuckDB(connection, schema, path, known, release=lambda: HELD.release(file))
            except BaseException:
                connection.close()
                raise
        except BaseException:
            HELD.release(file)
            raise

    try:
        return wait_for(connect, path, wait, tell)
    except duckdb.Error:
        raise settings_refused(settings) from None  # its text has the value that DuckDB minds
