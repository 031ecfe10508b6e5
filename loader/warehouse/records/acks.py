"""Write acknowledgements into the warehouse while the answers come in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import pyarrow as pa

from loader.model.batch import BatchResult
from loader.model.errors import WarehouseError
from loader.warehouse.contract import schema_of

FLUSH_ROWS = 5_000  # committed at the latest after so many rows ...
FLUSH_SECONDS = 1.0  # ... and after so long

Append = Callable[[pa.Table], Awaitable[None]]


class Acknowledgements:
    """The acknowledgements of one run for one list, on their way to the warehouse."""

    def __init__(self, append: Append, constants: dict[str, str], now: datetime) -> None:
        self._append = append
        self._constants = constants
        self._now = now
        self._schema = schema_of("loader_acks")
        self._waiting: list[pa.RecordBatch] = []
        self._turn = asyncio.Lock()

    async def record(self, answers: BatchResult) -> None:
        """Take the answers for a batch; commit when enough of them wait."""
        self._waiting.append(self._columns(answers))
        if sum(rows.num_rows for rows in self._waiting) >= FLUSH_ROWS:
            await self.flush()

    async def flush(self) -> None:
        """Commit what waits.

        Raises:
            WarehouseError: it could not be written; it still waits.
        """
        # a write goes on in its thread when nobody waits for it: its rows must not be taken again
        await asyncio.shield(self._commit())

    async def _commit(self) -> None:
        async with self._turn:
            taken = len(self._waiting)
            if taken:
                await self._append(
                    pa.Table.from_batches(self._waiting[:taken], schema=self._schema)
                )
                del self._waiting[:taken]

    def _columns(self, answers: BatchResult) -> pa.RecordBatch:
        rows = answers.rows
        constants = {
            **self._constants,
            "segment": answers.segment,
            "action": answers.route.action,
            "acked_at": answers.answered_at or self._now,
        }
        return pa.record_batch(
            [
                rows.column(field.name)
                if field.name not in constants
                else pa.repeat(pa.scalar(constants[field.name], field.type), rows.num_rows)
                for field in self._schema
            ],
            schema=self._schema,
        )


@asynccontextmanager
async def flushed(
    acknowledgements: Acknowledgements, tick: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> AsyncIterator[Acknowledgements]:
    """Commit what waits every second, and all of it at the end, however that comes."""

    async def regularly() -> None:
        while True:
            await tick(FLUSH_SECONDS)
            with suppress(WarehouseError):  # it still waits, and is raised at the end or when full
                await acknowledgements.flush()

    beside = asyncio.create_task(regularly())
    try:
        yield acknowledgements
    finally:
        beside.cancel()
        with suppress(asyncio.CancelledError):
            await beside
        await asyncio.shield(acknowledgements.flush())
