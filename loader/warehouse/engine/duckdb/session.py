"""Open a DuckDB file with the settings of a profile that the loader needs, as dbt-duckdb does."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from loader.model.errors import ConfigurationError, WarehouseError

Settings = Mapping[str, str]


def open_session(
    path: Path,
    profile: Mapping[str, Any],
    attach: Callable[[duckdb.DuckDBPyConnection], None] = lambda _: None,
) -> tuple[duckdb.DuckDBPyConnection, Settings]:
    """A connection to a file, and what has to be set in each session of it.

    What `attach` attaches is there before the settings, which may name it.

    The extensions of the target are loaded. One that is not here is not needed, since the loader
    reads what dbt has built and no file elsewhere, so its settings are left out.

    Raises:
        ConfigurationError: `config_options` or `settings` are not names with values.
        duckdb.Error: a setting has a name or a value that DuckDB does not know, or another process
            holds the file, or it is none of DuckDB's.
    """
    options: dict[str, Any] = {**_named_values(profile, "config_options")}
    settings = _session_settings(profile)
    connection = duckdb.connect(str(path), config=options)
    try:
        _load_extensions(connection, profile)
        attach(connection)
        return connection, _known(connection, settings)
    except BaseException:
        connection.close()
        raise


def set_all(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Set these in a session, each as a text, as dbt-duckdb does.

    Raises:
        duckdb.Error: a setting has a name or a value that DuckDB does not know.
    """
    for name, value in settings.items():
        escaped = value.replace("'", "''")
        connection.execute(f"set {name} = '{escaped}'")


def settings_refused(profile: Mapping[str, Any]) -> WarehouseError:
    """What to say when DuckDB does not take the settings of a target: their names, and no value."""
    names = [*_named_values(profile, "config_options"), *_named_values(profile, "settings")]
    return WarehouseError(
        f"DuckDB does not take the `settings` of the target ({', '.join(names) or 'none'}): one"
        " has a name or a value that it does not know, or locks what the loader sets."
    )


def _session_settings(profile: Mapping[str, Any]) -> dict[str, str]:
    ours = {
        "preserve_insertion_order": "false",  # no statement of ours needs it, and it takes memory
        "autoinstall_known_extensions": "false",  # dbt's matter: nothing is downloaded here
    }
    theirs = {name: str(value) for name, value in _named_values(profile, "settings").items()}
    return ours | theirs | {"enable_progress_bar": "false"}  # the command says how far it is


def _load_extensions(connection: duckdb.DuckDBPyConnection, profile: Mapping[str, Any]) -> None:
    for extension in profile.get("extensions") or []:
        name = extension.get("name") if isinstance(extension, dict) else extension
        try:
            connection.load_extension(str(name))
        except duckdb.Error:
            continue  # dbt installs it; the loader can do without


def _known(connection: duckdb.DuckDBPyConnection, settings: Settings) -> dict[str, str]:
    """The settings that this DuckDB has, without those of an extension that is not here."""
    known: dict[str, str] = {}
    for name, value in settings.items():
        try:
            set_all(connection, {name: value})
        except duckdb.Error as error:
            if not _wants_an_extension(error):
                raise
        else:
            known[name] = value
    return known


def _wants_an_extension(error: duckdb.Error) -> bool:
    """DuckDB names the extension then; a value that it minds is another error."""
    is_of_value = isinstance(error, duckdb.InvalidInputException | duckdb.NotImplementedException)
    return not is_of_value and "extension" in str(error)


def _named_values(profile: Mapping[str, Any], key: str) -> dict[str, Any]:
    given = profile.get(key) or {}
    if not isinstance(given, dict):
        raise ConfigurationError(f"The `{key}` of the target are not names with values.")
    return {str(name): value for name, value in given.items()}
