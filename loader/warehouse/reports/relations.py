"""The tables and views that an audience could select from, with the kinds of their columns."""

import re
from dataclasses import dataclass

from loader.warehouse.base import Warehouse
from loader.warehouse.contract import shared_tables
from loader.warehouse.sql_templates import statement

# what dbt and the package put beside tables, and nobody selects from
BESIDE = re.compile(r".*__(history|delta|now|migrated|dbt_tmp|dbt_backup|dbt_new_data)", re.DOTALL)
KINDS = {  # by the first word of the name of a type
    "text": r"n?varchar|n?char|character|text|string|enum|bpchar|citext|name",
    "boolean": r"bool(ean)?",
    "timestamp": r"timestamp\w*|datetime\w*",
    "date": r"date",
    "number": r"u?(tiny|small|big|huge)?int(eger)?\d*|decimal|numeric|number|real|float\d*|double",
}


@dataclass(frozen=True, slots=True)
class BuiltColumn:
    """A column of a relation.

    Attributes:
        name: as the warehouse has it.
        kind: text, boolean, timestamp, date, number, or other.
    """

    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltRelation:
    """A table or a view."""

    schema: str
    name: str
    columns: tuple[BuiltColumn, ...]


async def built_relations(warehouse: Warehouse) -> list[BuiltRelation]:
    """Every table and view in the database of the target, without audiences and their like.

    Args:
        warehouse: of the target.

    Returns:
        Those of the target's own schema first, then those of schemas that dbt names after it.

    Raises:
        WarehouseError: it cannot be read.
    """
    columns: dict[tuple[str, str], list[BuiltColumn]] = {}
    for row in await warehouse.fetch(statement("registry/built_columns")):
        key = (row["table_schema"], row["table_name"])
        column = BuiltColumn(row["column_name"], kind_of(row["data_type"]))
        columns.setdefault(key, []).append(column)
    found = [
        BuiltRelation(schema=schema, name=name, columns=tuple(own))
        for (schema, name), own in columns.items()
        if not is_of_the_loader(name) and (schema, f"{name}__history") not in columns
    ]
    return sorted(found, key=lambda one: _distance(one.schema, warehouse.schema))


def is_of_the_loader(name: str) -> bool:
    """Whether a relation is a table of dbt and the loader, or stands beside one."""
    is_shared = name in shared_tables() or name.startswith("loader_")
    return is_shared or BESIDE.fullmatch(name) is not None


def kind_of(data_type: str) -> str:
    """The kind of a column by its type, as a warehouse names it."""
    first = re.match(r"\w*", data_type.lower())
    if first is None or data_type.endswith("]"):
        return "other"
    found = (kind for kind, words in KINDS.items() if re.fullmatch(words, first[0]))
    return next(found, "other")


def _distance(schema: str, of_target: str) -> int:
    if schema == of_target:
        return 0
    return 1 if schema.startswith(f"{of_target}_") else 2
