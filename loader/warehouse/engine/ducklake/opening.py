"""Open the DuckLake of a target, when no other loader works in its schema."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from loader.model.errors import ConfigurationError, WarehouseError
from loader.warehouse.engine.duckdb.session import open_session, settings_refused
from loader.warehouse.engine.ducklake.attachment import Lake
from loader.warehouse.engine.ducklake.catalog_lock import CatalogSession
from loader.warehouse.engine.ducklake.warehouse import DuckLake
from loader.warehouse.engine.postgres.failures import unreachable
from loader.warehouse.engine.postgres.holders import hold

IN_MEMORY = Path(":memory:")  # nothing of the loader's own outlives a run
MISSING = re.compile(r'Extension "[^"]*?(\w+)[.]duckdb_extension" not found')
NO_DOWNLOAD = "set autoinstall_known_extensions = false"
# two that add rows at once ask for the same number of a snapshot; DuckLake asks again so often
TRIES = "set ducklake_max_retry_count = 40"


def open_ducklake(
    lake: Lake,
    settings: Mapping[str, Any],
    *,
    wait: float,
    tell: Callable[[str], None],
    is_reading: bool,
) -> DuckLake:
    """Open a DuckLake whose catalog is in PostgreSQL.

    Each session is a DuckDB of its own: those of one DuckDB share what they know of the catalog,
    and the extension for DuckDB 1.5 lets them change it under each other's hands.

    Args:
        lake: that the profile attaches.
        settings: of the target.
        wait: seconds for another loader.
        tell: hears who holds the schema.
        is_reading: whether nothing is written, so that no other loader is in the way.

    Returns:
        The warehouse.

    Raises:
        ConfigurationError: an extension is not installed, or dbt never ran there.
        WarehouseError: the catalog cannot be reached, or another loader holds the schema.
    """
    schema = str(settings.get("schema", "main"))

    def another() -> duckdb.DuckDBPyConnection:
        return _session(lake, settings, is_reading=is_reading)

    holder = None if is_reading else CatalogSession(another(), lake.alias)
    try:
        if holder:
            hold(holder, schema, wait, tell)
        release = holder.close if holder else lambda: None
        return DuckLake(another, schema, lake.alias, release)
    except BaseException:
        if holder:
            holder.close()
        raise


def _session(
    lake: Lake, settings: Mapping[str, Any], *, is_reading: bool
) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory that has the lake attached, and looks there first."""

    def attach(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(NO_DOWNLOAD)
        for number, secret in enumerate(lake.secrets, start=1):
            _try(connection, secret, f"the secret number {number} of the target")
        _try(connection, lake.attach(is_reading=is_reading), f"the DuckLake '{lake.alias}'")
        connection.execute(TRIES)

    try:
        connection, _ = open_session(IN_MEMORY, settings, attach)
    except duckdb.Error:
        raise settings_refused(settings) from None
    try:
        connection.execute(f'use "{lake.alias}"')
        _require_server(connection, lake)
    except BaseException:
        connection.close()
        raise
    return connection


def _try(connection: duckdb.DuckDBPyConnection, statement: str, what: str) -> None:
    """Run a statement whose errors may hold a password.

    Raises:
        ConfigurationError: an extension is not installed, or dbt never ran there.
        WarehouseError: the catalog cannot be reached.
    """
    try:
        connection.execute(statement)
    except duckdb.Error as error:
        raise _translated(str(error), what) from None


def _translated(said: str, what: str) -> ConfigurationError | WarehouseError:
    if missing := MISSING.search(said):
        return ConfigurationError(
            f"DuckDB {duckdb.__version__} lacks its extension {missing[1]}, and the loader"
            " downloads none. Install it into the `extension_directory` of the target's"
            " `config_options`: docs/how-to/warehouses/ducklake.md says how, and for which DuckDB."
        )
    if "does not exist - and creating" in said:
        return ConfigurationError(
            f"There is nothing yet at the `path` of {what}. Run dbt first (dbt run), with the same"
            " target."
        )
    if "does not match existing data path" in said:
        return ConfigurationError(
            f"The `data_path` of {what} is another one than that of its catalog. Write in"
            " profiles.yml what was there when dbt made it."
        )
    if "Unable to connect to Postgres" in said:
        return unreachable(said)
    return WarehouseError(
        f"DuckDB does not take {what}. Nothing was sent. See that `attach` and `secrets` in"
        " profiles.yml are as dbt-duckdb has them, and that dbt runs with this target."
    )


def _require_server(connection: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """See that the catalog is on a server that several machines can reach.

    Raises:
        ConfigurationError: it is a file.
    """
    query = "select catalog_type from ducklake_settings($1)"
    (kind,) = connection.execute(query, [lake.alias]).fetchone() or ("",)
    if kind != "postgres":
        raise ConfigurationError(
            f"The catalog of the DuckLake '{lake.alias}' is no PostgreSQL database, and the loader"
            " has no other lock that keeps two of them apart. Give `attach` a path that begins with"
            " ducklake:postgres: or use a DuckDB file as the target."
        )
