"""The DuckDB file of a target: where a profile says that it is, and another one read beside it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from loader.model.errors import ConfigurationError
from loader.warehouse.engine.duckdb.file_lock import wait_for

OTHER = "loader_other_target"  # what the file of another target is called while it is read


def file_of(settings: dict[str, Any], folder: Path) -> Path:
    """The file of a dbt-duckdb profile.

    Raises:
        ConfigurationError: there is no such file: dbt never ran.
    """
    path = Path(str(settings.get("path", "")))
    path = path if path.is_absolute() else folder / path
    if not path.is_file():
        # more than the name of a file may be a secret: md:shop?motherduck_token=...
        is_name = re.fullmatch(r"[\w./ -]+[.](duckdb|db)", str(path))
        named = str(path) if is_name else f"at the `path` of the target, seen from {folder}"
        raise ConfigurationError(
            f"There is no DuckDB file {named}. Run dbt first (dbt run), with the same target."
        )
    return path


def attach(
    connection: duckdb.DuckDBPyConnection, path: Path, wait: float, tell: Callable[[str], None]
) -> str:
    """Open another file beside the one of a connection, to be read only; what it is called there.

    Raises:
        WarehouseError: another process writes it.
    """
    place = str(path).replace("'", "''")
    text = f"attach '{place}' as {OTHER} (read_only)"
    wait_for(lambda: connection.execute(text), path, wait, tell)
    return OTHER
