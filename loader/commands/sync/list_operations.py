"""What is sent to one list: the rows of its plan, operation by operation, and every result."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from loader.commands.sync.audience_sync import AudienceSync
from loader.commands.sync.batching import cut_batches
from loader.commands.sync.membership_check import ListNow
from loader.commands.sync.recorder import ResultRecorder
from loader.commands.sync.remote_ids import RemoteIds
from loader.commands.sync.sender import BatchSender
from loader.concurrency import run_workers, together
from loader.mailchimp.batch_results import uniform_result
from loader.model.batch import (
    Batch,
    BatchResult,
    Operation,
    Outcome,
)
from loader.model.errors import (
    Interrupted,
)
from loader.model.reasons import ALREADY_REMOVED
from loader.model.settings import Settings
from loader.warehouse.plans import ListPlan
from loader.warehouse.records.acks import flushed

STOPPED = "Stopped on request. Answers received so far are recorded. Run again to continue."


@dataclass(frozen=True, kw_only=True)
class ListOperations:
    """The way of planned rows to one list.

    Attributes:
        list_id: of the list.
        audience_syncs: the audiences that have their turn; one that stops holds back no other.
        plan: what becomes of each row, in the warehouse.
        settings: of the run.
        stopping: set when somebody asks for an end.
    """

    list_id: str
    audience_syncs: Sequence[AudienceSync]
    plan: ListPlan
    settings: Settings
    stopping: asyncio.Event

    @property
    def going(self) -> list[AudienceSync]:
        """The audiences that nothing has stopped."""
        return [one for one in self.audience_syncs if not one.is_stopped]

    async def send_operations(self, routes: tuple[Operation, ...], ids: RemoteIds) -> None:
        """Send the rows of some routes and record every answer, turn by turn.

        Args:
            routes: the operations that are meant.
            ids: what requests say in the place of names.

        Raises:
            LoaderError: something stopped it; what was sent until then is recorded.
        """
        turns = self.turns(routes)
        if not turns:
            return
        now = ListNow(
            client=self.audience_syncs[0].client,
            list_id=self.list_id,
            segments=ids.segments,
            since=await self.plan.read_at(),
            workers=self.settings.connections,
        )
        is_adding = any(route.is_add for route in routes)
        members = await self._current_members(now) if is_adding else {}
        sender = BatchSender(
            {one.audience.name: one.client for one in self.audience_syncs},
            self.list_id,
            ids.segments,
        )
        async with flushed(self.plan.acknowledgements()) as acknowledgements:
            recorder = ResultRecorder(acknowledgements, self._count, now)
            for turn in range(1, turns + 1):
                # the next turn reads in the warehouse what this one did
                await acknowledgements.flush()
                # an audience before took the contact off, so that there is nothing left to ask for
                if turn > 1:
                    async for batch in self.read_batches(routes, turn, ids, is_left=True):
                        code = ALREADY_REMOVED
                        await recorder.record(uniform_result(batch, Outcome.ACCEPTED, code=code))
                batches = self.read_batches(routes, turn, ids)
                await run_workers(
                    recorder.skip_existing_members(batches, members),
                    handle=sender.send,
                    on_result=recorder.record,
                    workers=self.settings.connections,
                    stopping=self.stopping,
                )
                await recorder.confirm_memberships()
                if self.stopping.is_set():
                    raise Interrupted(STOPPED)

    def turns(self, routes: tuple[Operation, ...]) -> int:
        """How many audiences want something of one contact by these routes, at the most.

        Args:
            routes: the operations that are meant.

        Returns:
            0 where nothing is to be sent by them.
        """
        return max((one.plan.turns(*routes) for one in self.going), default=0)

    async def read_batches(
        self, routes: tuple[Operation, ...], turn: int, ids: RemoteIds, *, is_left: bool = False
    ) -> AsyncIterator[Batch]:
        """What goes in one turn: contacts of several audiences where the call is the same.

        Args:
            routes: the operations that are meant.
            turn: from 1.
            ids: what requests say in the place of names.
            is_left: whether those are read whom another audience has taken off the list meanwhile,
                instead.

        Yields:
            Batches, route by route.
        """
        for route in routes:
            if any(one.plan.to_send(route) for one in self.going):
                names = ids.of(route)
                rows = self.plan.stream_operation(route, turn=turn, names=names, is_left=is_left)
                async for batch in cut_batches(rows, route):
                    yield batch

    async def _current_members(self, now: ListNow) -> dict[str, pa.Array]:
        """Who is now in the segments that a pull saw somebody in whom the plan puts there."""
        if self.settings.historical_refresh:
            return {}  # which sends everything
        filled = await self.plan.segments_to_fill()
        shown = sorted({one.key for one in filled if one.is_shown and one.key in now.segments})
        return dict(zip(shown, await together(map(now.members, shown)), strict=True))

    def _count(self, answers: BatchResult) -> None:
        by_name = {one.audience.name: one for one in self.audience_syncs}
        for name, part in answers.by_audience().items():
            by_name[name].count(part)
