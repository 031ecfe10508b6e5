"""The settings of a dbt-postgres profile, and how libpq is told them. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loader.model.errors import ConfigurationError

LONGEST_NAME = 63  # bytes; PostgreSQL cuts what is longer, and two names may become one
CONNECT_SECONDS = 10  # dbt-postgres has the same
LARGEST_PORT = 65_535
ALIASES = {"database": "dbname", "pass": "password"}
FILES = ("sslcert", "sslkey", "sslrootcert")
PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
QUOTED_NAME = re.compile(r'"(?:[^"]|"")+"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A target of type postgres.

    Attributes:
        server: host and port, as the profile has them.
        database: its name.
        schema: the target's own.
        role: SQL of the role that every session takes, or None.
        search_path: of every session, or None.
        retries: how often connecting is tried again.
        conninfo: everything that libpq takes to connect, the password among it.
    """

    server: tuple[str, str]
    database: str = field(repr=False)
    schema: str
    role: str | None
    search_path: str | None
    retries: int
    conninfo: str = field(repr=False)


def profile_of(settings: Mapping[str, Any], folder: Path) -> Profile:
    """Read the settings of a dbt-postgres profile.

    Args:
        settings: as profiles.yml has them.
        folder: where relative paths of certificates start, as in dbt.

    Returns:
        The profile.

    Raises:
        ConfigurationError: a setting is missing, or has a value that cannot be; its name, and not
            the value.
    """
    given = {ALIASES.get(key, key): one for key, one in settings.items() if one is not None}
    for name in ("host", "user", "port", "dbname", "schema"):
        if name not in given or (name != "host" and str(given[name]) == ""):
            raise _refused(name, "is missing")
    schema = str(given["schema"])
    if len(schema.encode()) > LONGEST_NAME:
        raise _refused(
            "schema", f"has a name of more than {LONGEST_NAME} bytes, which PostgreSQL cuts"
        )
    host, port = str(given["host"]), _number(given, "port", 0, LARGEST_PORT)
    told = {
        "host": host,
        "port": port,
        "user": given["user"],
        "password": given.get("password", ""),
        "dbname": given["dbname"],
        "connect_timeout": _number(given, "connect_timeout", CONNECT_SECONDS),
        "application_name": given.get("application_name") or "dbt-mailchimp",
    }
    told |= {name: given[name] for name in ("sslmode",) if given.get(name)}
    told |= {name: folder / str(given[name]) for name in FILES if given.get(name)}
    if keepalives := _number(given, "keepalives_idle", 0):
        told["keepalives_idle"] = keepalives  # 0 is the default of the operating system
    return Profile(
        server=(host, str(port)),
        database=str(given["dbname"]),
        schema=schema,
        role=_role(given.get("role")),
        search_path=given.get("search_path") or None,
        retries=_number(given, "retries", 1),
        conninfo=" ".join(f"{name}={_quoted(name, one)}" for name, one in told.items()),
    )


def _quoted(name: str, value: object) -> str:
    """A value as libpq reads it: https://www.postgresql.org/docs/current/libpq-connect.html."""
    text = str(value)
    if "\0" in text:
        raise _refused(name, "has a NUL in its value")
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _number(given: Mapping[str, Any], name: str, default: int, most: int | None = None) -> int:
    value = str(given.get(name, default))
    number = int(value) if value.isascii() and value.isdigit() else None
    if number is None or (most is not None and number > most):
        bounds = f"from 0 to {most:,}" if most is not None else "from 0"
        raise _refused(name, f"is no whole number {bounds}")
    return number


def _role(role: object) -> str | None:
    """A role as dbt writes it: PostgreSQL takes a name without quotes for one in small letters."""
    name = str(role or "")
    if not name or PLAIN_NAME.fullmatch(name) or QUOTED_NAME.fullmatch(name):
        return name or None
    return '"' + name.replace('"', '""') + '"'


def _refused(name: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"The target of type postgres cannot be used: its `{name}` {why}. Set it in profiles.yml."
    )
