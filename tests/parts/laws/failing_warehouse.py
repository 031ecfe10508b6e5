"""A warehouse that stops the loader at a chosen call: in order, or as a power cut would."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from loader.model.errors import Interrupted
from loader.warehouse.base import Warehouse
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.sql_templates import Query

HOW = ("crash before", "crash after", "stop")


class PowerCut(BaseException):
    """The loader is gone; nothing that it does from now on has an effect."""


class Disturbed:
    """Stands before a warehouse, and counts what is asked of it."""

    def __init__(self, warehouse: Warehouse, *, at: int, how: str) -> None:
        self.schema = warehouse.schema
        self.remains, self.same_name = warehouse.remains, warehouse.same_name
        self._warehouse = warehouse
        self._left = at
        self._how = how
        self._is_off = False

    async def stream(self, query: Query) -> AsyncIterator[pa.RecordBatch]:
        """Read, if it is not this call, and while there is power."""
        self._before()
        async for rows in self._warehouse.stream(query):
            self._need_power()
            yield rows

    async def fetch(self, query: Query) -> list[dict[str, Any]]:
        """Ask, if it is not this call."""
        self._before()
        return await self._warehouse.fetch(query)

    async def append(self, table: str, rows: pa.Table) -> None:
        """Append, if it is not this call."""
        self._before()
        await self._warehouse.append(table, rows)
        self._after()

    async def execute(self, *statements: Query) -> None:
        """Execute, if it is not this call."""
        self._before()
        await self._warehouse.execute(*statements)
        self._after()

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[Warehouse]:
        """Itself: of several sessions one would not know which call comes next."""
        yield self

    def rolled_back(self) -> AbstractAsyncContextManager[None]:
        """Rehearse."""
        return self._warehouse.rolled_back()

    def reading(
        self, settings: dict[str, Any], folder: Path, *, wait: float, tell: Callable[[str], None]
    ) -> AbstractAsyncContextManager[str]:
        """Read beside it."""
        return self._warehouse.reading(settings, folder, wait=wait, tell=tell)

    def transaction(self) -> AbstractAsyncContextManager[None]:
        """Keep together, or undo."""
        return self._warehouse.transaction()

    def rewriting(self, tables: Sequence[Relation]) -> AbstractAsyncContextManager[None]:
        """Rewrite."""
        return self._warehouse.rewriting(tables)

    def close(self) -> None:
        """Let go of the warehouse."""
        self._warehouse.close()

    def _before(self) -> None:
        self._need_power()
        self._left -= 1
        if self._left == 0 and self._how == "stop":
            raise Interrupted("Stopped by the test.")
        self._is_off = self._left == 0 and self._how == "crash before"
        self._need_power()

    def _after(self) -> None:
        self._is_off = self._is_off or (self._left == 0 and self._how == "crash after")
        self._need_power()

    def _need_power(self) -> None:
        if self._is_off:
            raise PowerCut


class Forgetful:
    """Stands before a warehouse and loses its n-th commit and what follows; then the loader dies.

    Acknowledgements are lost without a word until something is asked: Mailchimp knows more.
    """

    def __init__(self, warehouse: Warehouse, *, at: int) -> None:
        self.schema = warehouse.schema
        self.remains, self.same_name = warehouse.remains, warehouse.same_name
        self._warehouse = warehouse
        self._at = at
        self.commits = 0  # until now

    @property
    def has_lost(self) -> bool:
        """Whether it has come to that."""
        return self.commits >= self._at

    async def stream(self, query: Query) -> AsyncIterator[pa.RecordBatch]:
        """Read; whoever asks after the loss has no power any more."""
        if self.has_lost:
            raise PowerCut
        async for rows in self._warehouse.stream(query):
            yield rows

    async def fetch(self, query: Query) -> list[dict[str, Any]]:
        """Ask; whoever asks after the loss has no power any more."""
        if self.has_lost:
            raise PowerCut
        return await self._warehouse.fetch(query)

    async def append(self, table: str, rows: pa.Table) -> None:
        """Append, or lose it."""
        self.commits += 1
        if not self.has_lost:
            await self._warehouse.append(table, rows)

    async def execute(self, *statements: Query) -> None:
        """Execute, or lose the power."""
        self.commits += 1
        if self.has_lost:
            raise PowerCut
        await self._warehouse.execute(*statements)

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[Warehouse]:
        """Itself: of several sessions one would not know which call comes next."""
        yield self

    def rolled_back(self) -> AbstractAsyncContextManager[None]:
        """Rehearse."""
        return self._warehouse.rolled_back()

    def reading(
        self, settings: dict[str, Any], folder: Path, *, wait: float, tell: Callable[[str], None]
    ) -> AbstractAsyncContextManager[str]:
        """Read beside it."""
        return self._warehouse.reading(settings, folder, wait=wait, tell=tell)

    def transaction(self) -> AbstractAsyncContextManager[None]:
        """Keep together, or undo."""
        return self._warehouse.transaction()

    def rewriting(self, tables: Sequence[Relation]) -> AbstractAsyncContextManager[None]:
        """Rewrite."""
        return self._warehouse.rewriting(tables)

    def close(self) -> None:
        """Let go of the warehouse."""
        self._warehouse.close()
