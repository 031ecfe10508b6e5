"""What a test needs of a warehouse beside the loader and dbt: to fill it, ask it, keep it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, Self

from loader.warehouse.base import Warehouse

Row = tuple[Any, ...]
COLUMNS = """
    select column_name from information_schema.columns
    where table_schema = 'main' and table_name = '{}' order by ordinal_position
"""
Output = dict[str, Any]  # a target of profiles.yml


class Session(Protocol):
    """A session of a test's own; each statement is committed, but between `begin` and `commit`."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def execute(self, sql: str, values: Sequence[object] = ()) -> None:
        """Run a statement; a question mark stands for a value, where values are given."""
        ...

    def put(self, table: str, rows: Sequence[Row]) -> None:
        """Add rows to a table."""
        ...

    def rows(self, sql: str) -> list[Row]:
        """What a query finds."""
        ...

    def named(self, sql: str) -> list[dict[str, Any]]:
        """The same, by the names of the columns."""
        ...

    def begin(self) -> None:
        """Begin a transaction."""
        ...

    def commit(self) -> None:
        """Commit it."""
        ...

    def rollback(self) -> None:
        """Undo it."""
        ...

    def close(self) -> None:
        """Let go of the warehouse."""
        ...


class Database(Protocol):
    """The warehouse of one project, in which nothing is yet but the empty schema `main`.

    Attributes:
        name: what SQL calls it.
        output: its target in profiles.yml, in the folder of the project.
        anywhere: its target in a profiles.yml that is elsewhere.
        answers_meanwhile: whether it can be asked while a loader is at work in it.
    """

    name: str
    output: Output
    anywhere: Output
    answers_meanwhile: bool

    def session(self) -> Session:
        """A session of the test's own."""
        ...

    def open(self) -> Warehouse:
        """The same as the loader opens it."""
        ...

    def struct(self, fields: Mapping[str, str], kind: str = "boolean") -> str:
        """SQL of a struct.

        Args:
            fields: SQL of the value of each.
            kind: the type of all of them.
        """
        ...

    def spelled(self, model: str) -> str:
        """A model that has structs as DuckDB spells them, as this warehouse spells them."""
        ...

    def apart(self, table: str) -> Output:
        """The target of another build that can be compared with this one; it has the table, too."""
        ...

    def columns(self, relation: str) -> list[str]:
        """The names of the columns of a relation in the schema `main`, in their order."""
        ...

    def keep(self, name: str) -> None:
        """Keep everything as it is, under a name; nobody may be at work in it."""
        ...

    def put_back(self, name: str) -> None:
        """Let everything be as it was when it was kept under that name."""
        ...

    def parsed(self, warm: bytes, first: "Database") -> bytes:
        """What dbt parsed for another database, as it would have been parsed for this one."""
        ...


class Databases(Protocol):
    """The warehouses of one kind; leaving the context ends them.

    Attributes:
        letting_go: Python, with which a dbt that goes on lets go of every database it had.
    """

    letting_go: str

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def new(self, folder: Path) -> Database:
        """A database for the project in this folder."""
        ...
