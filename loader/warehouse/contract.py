"""The tables between dbt and the loader, read from the one file that declares them.

dbt makes the tables of the same file: the sources of its package, models/sources/_sources.yml.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pyarrow as pa
import yaml

from loader.model.errors import ConfigurationError

SCHEMA_VERSION = 3  # of the tables; the macro schema_version in dbt has the same
IN_WHEEL = "dbt_package"  # pyproject.toml puts it there
IN_CHECKOUT = "dbt_project"
TYPES = {  # by the names that the file has for them
    "varchar": pa.string(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "double precision": pa.float64(),
    "timestamp": pa.timestamp("us"),  # UTC, without a zone
}


def schema_of(table: str) -> pa.Schema:
    """The columns of a shared table, in the order in which dbt makes them.

    Args:
        table: its name without a schema, as in "loader_ledger".

    Returns:
        One field a column. Times are UTC without a zone.

    Raises:
        KeyError: no table of that name is declared.
    """
    return shared_tables()[table]


@cache
def shared_tables() -> Mapping[str, pa.Schema]:
    """Every table that is declared, by name; the file is read at the first call.

    Views are not among them: the declaration gives their columns no types.

    Returns:
        The schema of each table, as `schema_of` gives it.

    Raises:
        ConfigurationError: the declaration is not there, so the installation is broken.
    """
    return tables_declared_in(_declaration())


def tables_declared_in(text: str) -> dict[str, pa.Schema]:
    """Read a declaration. Pure.

    Args:
        text: the sources of a dbt package, as YAML.

    Returns:
        The schema of each relation that has columns with a `data_type`, by name.

    Raises:
        ConfigurationError: a column has a type that the loader does not know.
    """
    # the parser in C takes a seventh of the time; some builds of PyYAML lack it
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    sources = yaml.load(text, Loader=loader)["sources"]  # noqa: S506 - safe, whichever of the two
    tables = {}
    for table in (table for source in sources for table in source["tables"]):
        typed = [column for column in table["columns"] if "data_type" in column]
        fields = [(one["name"], _type_of(table["name"], one)) for one in typed]
        if fields:
            tables[table["name"]] = pa.schema(fields)
    return tables


def package_folder() -> Path:
    """Where the dbt package of this loader is: within a wheel, or beside the loader in a checkout.

    Returns:
        The folder, which has `dbt_project.yml`.

    Raises:
        ConfigurationError: it is not there, so the installation is broken.
    """
    loader = Path(__file__).parents[1]
    for folder in (loader / IN_WHEEL, loader.parent / IN_CHECKOUT):
        if (folder / "dbt_project.yml").is_file():
            return folder
    raise ConfigurationError("The loader lacks its dbt package. Install dbt-mailchimp again.")


def _type_of(table: str, column: Mapping[str, str]) -> pa.DataType:
    if column["data_type"] not in TYPES:
        raise ConfigurationError(
            f"{table}.{column['name']} is declared as {column['data_type']}. The loader knows"
            f" {', '.join(TYPES)}."
        )
    return TYPES[column["data_type"]]


def _declaration() -> str:
    return (package_folder() / "models" / "sources" / "_sources.yml").read_text(encoding="utf-8")
