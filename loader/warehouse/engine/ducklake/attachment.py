"""The DuckLake of a dbt-duckdb profile, and the SQL that attaches it as dbt does. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from loader.model.errors import ConfigurationError

SCHEME = "ducklake:"
NAME = re.compile(r"[A-Za-z_]\w*")
OURS = ("type", "create_if_not_exists", "read_only")  # options that the loader gives itself
OF_SECRET = ("name", "persistent", "type")  # what is no parameter of a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Lake:
    """A DuckLake that a profile attaches.

    Attributes:
        alias: what dbt calls it; the views that dbt made there name it so.
        path: of its catalog, as DuckDB takes it; it may hold a password.
        options: of `attach`, by name.
        secrets: statements that create the secrets of the profile.
    """

    alias: str
    path: str = field(repr=False)
    options: Mapping[str, Any] = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    def attach(self, *, is_reading: bool) -> str:
        """SQL that attaches it; a catalog that is not there is not made."""
        options = {**self.options, "create_if_not_exists": False}
        written = [f"{name} {literal(one)}" for name, one in options.items() if one is not None]
        if is_reading:
            written.append("read_only")
        return f'attach {literal(self.path)} as "{self.alias}" ({", ".join(written)})'


def lake_of(profile: Mapping[str, Any]) -> Lake | None:
    """The DuckLake that is the database of a profile; None when it is a DuckDB file.

    Raises:
        ConfigurationError: the profile names it in a way in which dbt or the loader cannot.
    """
    if str(profile.get("path", "")).lower().startswith(SCHEME):
        raise ConfigurationError(
            "The `path` of the target is a DuckLake, to which dbt gives no name. Put it into"
            " `attach`, with an `alias`, and name the alias in `database`."
        )
    database = str(profile.get("database", "")).lower()
    attached = [one for one in profile.get("attach") or [] if isinstance(one, dict)]
    found = [one for one in attached if str(one.get("alias", "")).lower() == database]
    if not found or not str(found[0].get("path", "")).lower().startswith(SCHEME):
        return None
    (one, *_) = found
    alias, options = str(one["alias"]), one.get("options") or {}
    if not NAME.fullmatch(alias) or not all(NAME.fullmatch(str(name)) for name in options):
        raise _refused("attach")
    return Lake(
        alias=alias,
        path=str(one["path"]),
        options={key: one for name, one in options.items() if (key := name.lower()) not in OURS},
        secrets=tuple(_secrets(profile.get("secrets") or [])),
    )


def literal(value: object) -> str:
    """A value in SQL: a text in quotes, a mapping, a list, a number or a truth value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        pairs = (f"{literal(str(key))}: {literal(str(one))}" for key, one in value.items())
        return f"map {{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, int | float):
        return str(value)
    text = str(value).replace("'", "''")
    return f"'{text}'"


def _secrets(given: object) -> Iterator[str]:
    """The secrets of a profile, which live as long as a session, by the names that dbt gives."""
    if not isinstance(given, list):
        raise _refused("secrets")
    for number, one in enumerate(given, start=1):
        if not isinstance(one, dict) or not all(NAME.fullmatch(str(name)) for name in one):
            raise _refused("secrets")
        name, kind = one.get("name") or f"_dbt_secret_{number}", one.get("type")
        if not NAME.fullmatch(str(name)) or not NAME.fullmatch(str(kind)):
            raise _refused("secrets")
        parameters = {key: value for key, value in one.items() if key not in OF_SECRET}
        written = [f"{key} {literal(value)}" for key, value in parameters.items()]
        yield f"create temporary secret {name} ({', '.join([f'type {kind}', *written])})"


def _refused(key: str) -> ConfigurationError:
    return ConfigurationError(
        f"The `{key}` of the target are not what dbt-duckdb takes: names with values, and a plain"
        " word for each alias, name and type."
    )
