"""Open the warehouse of a target; what the loader needs of one is a protocol."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from loader.model.errors import ConfigurationError
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.engine.duckdb.opening import open_duckdb
from loader.warehouse.engine.postgres.opening import open_postgres
from loader.warehouse.sql_templates import Query


class Warehouse(Protocol):
    """What the loader needs of a warehouse.

    Attributes:
        schema: of the target.
    """

    schema: str

    @property
    def remains(self) -> Sequence[str]:
        """Where rows that were deleted may still be read, for people."""
        ...

    def same_name(self, name: str) -> str:
        """What all spellings of a name of a table or schema have in common."""
        ...

    def stream(self, query: Query) -> AsyncIterator[pa.RecordBatch]:
        """The rows of a query as record batches, read while they are used."""
        ...

    async def fetch(self, query: Query) -> list[dict[str, Any]]:
        """The rows of a small answer, all at once."""
        ...

    async def append(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table and commit them, also while a query is being streamed."""
        ...

    async def execute(self, *statements: Query) -> None:
        """Run statements in one transaction."""
        ...

    def beside(self) -> AbstractAsyncContextManager["Warehouse"]:
        """The same warehouse once more, with temporary tables of its own, for work side by side."""
        ...

    def rolled_back(self) -> AbstractAsyncContextManager[None]:
        """Whatever is executed meanwhile is seen by the queries that follow, and undone."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[None]:
        """Whatever is executed meanwhile is kept together, or undone when an error ends it."""
        ...

    def reading(
        self,
        settings: dict[str, Any],
        folder: Path,
        *,
        wait: float,
        tell: Callable[[str], None],
    ) -> AbstractAsyncContextManager[str]:
        """The database of another target of this type, to be read only; yields its name here."""
        ...

    def rewriting(self, tables: Sequence[Relation]) -> AbstractAsyncContextManager[None]:
        """Write the files of tables anew at the end, without what was deleted there; let go."""
        ...

    def close(self) -> None:
        """Let go of the warehouse."""
        ...


class Open(Protocol):
    """What opens one type of warehouse."""

    def __call__(
        self,
        settings: dict[str, Any],
        folder: Path,
        *,
        wait: float,
        tell: Callable[[str], None],
        is_reading: bool,
    ) -> Warehouse:
        """The warehouse of a target."""
        ...


ENGINES: dict[str, Open] = {"duckdb": open_duckdb, "postgres": open_postgres}  # by type in dbt


def open_warehouse(
    kind: str,
    settings: dict[str, Any],
    folder: Path,
    *,
    wait: float,
    tell: Callable[[str], None] = lambda _: None,
    is_reading: bool = False,
) -> Warehouse:
    """The warehouse of a dbt target, with at most `wait` seconds for a lock.

    `tell` hears who holds it. One that `is_reading` is not written to; on a server that needs no
    lock.

    Raises:
        ConfigurationError: no driver for that type, or no such database: dbt never ran.
        WarehouseError: it cannot be opened, or somebody else holds it.
    """
    check_type(kind)
    return ENGINES[kind](settings, folder, wait=wait, tell=tell, is_reading=is_reading)


def check_type(kind: str) -> None:
    """Whether the loader has a driver for a type of target.

    Raises:
        ConfigurationError: it has none.
    """
    if kind not in ENGINES:
        raise ConfigurationError(
            f"The target's type is {_named(kind)}. The loader can stream from"
            f" {', '.join(ENGINES)}: name a target of such a type with --target."
        )


def _named(kind: str) -> str:
    """A type, where it is a word in small letters, and so no token that stands in a wrong place."""
    return f"'{kind}'" if kind.isascii() and kind.isalpha() and kind.islower() else "another one"
