"""Copy what another target knows into this one: all of it at once, or nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from loader.model.audience import MIGRATED, REMOVED
from loader.model.errors import ConfigurationError
from loader.warehouse.base import Warehouse
from loader.warehouse.contract import schema_of, shared_tables
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.other_target import HISTORY
from loader.warehouse.registry import require_table
from loader.warehouse.sql_templates import Statement, column, relation, statement, tables
from loader.warehouse.staging import PAGES_OF_TABLE

OF_DBT = ("loader_schema_version", "loader_audiences")  # what is built here, and how
OF_A_HISTORY = (*HISTORY, "dbt_valid_to")
OF_A_REMOVED = ("audience", "project", "path", "tags", "failed_tests", "configuration")

Registry = Mapping[str, Mapping[str, Any]]  # its rows, by the audience in small letters


@dataclass(frozen=True, kw_only=True)
class Copied:
    """How much was copied.

    Attributes:
        audiences: whose history was copied.
        history: rows of their histories.
        rows: of each table of the loader, by its name.
    """

    audiences: int
    history: int
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A table there and here, and the table in which its rows wait until all have come."""

    columns: Sequence[str]
    there: Relation
    here: Relation
    like: Relation  # has the columns and their types
    staged: Relation

    def statements(self, *names: str) -> list[Statement]:
        """Statements about the table."""
        copied = Relation(", ".join(map(column, self.columns)))
        values = {"copied": copied, "kept": self.here, "like": self.like, "pages": self.staged}
        return [statement(name, table=self.there, **values) for name in names]


async def copy_all(there: Warehouse, here: Warehouse) -> Copied:
    """Copy histories, ledger, acknowledgements and all that was pulled, in one transaction.

    What a copy that was killed has left is in nobody's way. Nothing is sent from this target before
    dbt has built every audience again.

    Args:
        there: the warehouse that has them; it is only read.
        here: the warehouse of this target, in which dbt has built the same audiences.

    Returns:
        How much was copied.

    Raises:
        ConfigurationError: an audience is not built here, or this target has sent something.
    """
    known, built = await _audiences(there), await _audiences(here)
    _require_builds(known, built)
    await _require_nothing_sent(here)
    pairs = {name: _shared(name, there, here) for name in shared_tables()}
    pairs = {name: pair for name, pair in pairs.items() if name not in OF_DBT}
    histories = list(_histories(known, built, here))
    rows = {name: await _bring(there, here, pair) for name, pair in pairs.items()}
    history = [await _bring(there, here, pair) for pair in histories]
    await here.execute(
        *_registering(known, built, here),
        statement(
            "registry/await_builds",
            audiences=_registry_of(here),
            migrated=MIGRATED,
            removed=REMOVED,
        ),
        *(one for pair in (*pairs.values(), *histories) for one in _taking(pair)),
    )
    return Copied(audiences=len(histories), history=sum(history), rows=rows)


async def _audiences(warehouse: Warehouse) -> Registry:
    """The audiences that were ever built."""
    await require_table(warehouse, "loader_audiences")
    query = statement("registry/built", audiences=_registry_of(warehouse))
    return {str(row["audience"]).lower(): row for row in await warehouse.fetch(query)}


def _require_builds(there: Registry, here: Registry) -> None:
    """An audience without a history here would begin anew, and forget who left."""
    missing = [
        row["audience"]
        for name, row in there.items()
        if name not in here and row["status"] != REMOVED
    ]
    if missing or not here:
        named = f"these audiences: {', '.join(missing)}" if missing else "any audience"
        raise ConfigurationError(
            f"dbt has not built {named} in this target. Nothing was copied. Run dbt (dbt run) with"
            " this target, then copy."
        )


async def _require_nothing_sent(here: Warehouse) -> None:
    (found,) = await here.fetch(statement("registry/has_sent", **tables(here.schema)))
    if found["has_sent"]:
        raise ConfigurationError(
            f"Something was sent from the schema {here.schema}: it has a ledger of its own."
            " Nothing was copied. Copy into a schema from which nothing was sent."
        )


def _shared(name: str, there: Warehouse, here: Warehouse) -> _Pair:
    """A table that dbt and the loader share."""
    table = relation(here.schema, name)
    return _Pair(
        columns=schema_of(name).names,
        there=relation(there.schema, name),
        here=table,
        like=table,
        staged=relation(here.schema, f"{PAGES_OF_TABLE}{name}"),
    )


def _histories(there: Registry, here: Registry, warehouse: Warehouse) -> Iterator[_Pair]:
    """The histories of all audiences; one whose model is gone still keeps whom it wanted."""
    like = Relation(next(row["history"] for row in here.values()))
    for number, (name, row) in enumerate(there.items()):
        yield _Pair(
            columns=OF_A_HISTORY,
            there=Relation(row["history"]),
            here=Relation(here[name]["history"]) if name in here else _kept(row, warehouse),
            like=like,
            staged=relation(warehouse.schema, f"{PAGES_OF_TABLE}history_{number}"),
        )


def _registering(there: Registry, here: Registry, warehouse: Warehouse) -> Iterator[Statement]:
    """Register the audiences whose models are gone, each with a history of its own."""
    for pair, row in zip(_histories(there, here, warehouse), there.values(), strict=True):
        if pair.here == _kept(row, warehouse) and row["audience"].lower() not in here:
            yield from pair.statements("registry/make_history")
            yield statement(
                "registry/add_removed",
                audiences=_registry_of(warehouse),
                status=REMOVED,
                kept_history=str(pair.here),
                **{key: row[key] for key in OF_A_REMOVED},
            )


def _kept(row: Mapping[str, Any], warehouse: Warehouse) -> Relation:
    """The history here of an audience whose model is gone."""
    return relation(warehouse.schema, f"{row['audience']}__history")


def _registry_of(warehouse: Warehouse) -> Relation:
    return relation(warehouse.schema, "loader_audiences")


async def _bring(there: Warehouse, here: Warehouse, pair: _Pair) -> int:
    """Bring the rows of a table here, to wait for those of the others; how many."""
    await here.execute(*pair.statements("pull/unstage", "registry/stage_copy"))
    count = 0
    async for batch in there.stream(*pair.statements("registry/copied_rows")):
        await here.append(pair.staged, pa.Table.from_batches([batch]))
        count += batch.num_rows
    return count


def _taking(pair: _Pair) -> list[Statement]:
    """Put the rows where they belong, instead of what is there."""
    return pair.statements("registry/clear", "registry/insert_copied", "pull/unstage")
