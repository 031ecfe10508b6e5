"""All audiences of one list that have their turn: planned together, sent step by step."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from loader.checks.mirror import selecting
from loader.errors import (
    FuseBlown,
    Interrupted,
    LoaderError,
    MailchimpError,
    Unanswered,
    WarehouseError,
)
from loader.mailchimp.outcomes import decided
from loader.model import TAKEN_OFF, Answers, Batch, Outcome, Route
from loader.pipeline.calls import Calls
from loader.pipeline.delivery import NOTHING, Delivery, blown_of, status_of_new
from loader.pipeline.lookups import ListNow, settle_changes
from loader.pipeline.places import Ids, Places
from loader.places import KnownSegment, RemoteList
from loader.planner import batches
from loader.settings import Settings
from loader.stream import Makes, stream, together
from loader.warehouse.acks import flushed
from loader.warehouse.ledger import Ledger
from loader.warehouse.plans import ListPlan, Turn

STOPPED = "Stopped as asked. What was answered is recorded; run again for the rest."

# Contacts come before what needs them; memberships are given up while the contact is still on the
# list, whichever audience asks for which.
WITHDRAWALS = (Route.WITHDRAW,)
CONTACTS = (Route.CHANGE_ADDRESS, Route.REVIVE, Route.CREATE, Route.UPSERT)
COMPANIONS = (
    Route.SEGMENT_REMOVE,
    Route.TAG_REMOVE,
    Route.SEGMENT_ADD,
    Route.TAG_ADD,
    Route.PERMISSIONS,
)
LEAVES = (Route.UNSUBSCRIBE, Route.ARCHIVE)

Step = Callable[[Delivery], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class OnList:
    """What goes to one list in one run.

    Attributes:
        deliveries: the audiences that have their turn; one that stops holds back no other.
        known: what we remember of the segments of the list, by name.
    """

    list_id: str
    deliveries: Sequence[Delivery]
    known: Mapping[str, KnownSegment]
    plan: ListPlan
    ledger: Ledger
    settings: Settings
    stopping: asyncio.Event

    @property
    def going(self) -> list[Delivery]:
        """The audiences that nothing has stopped."""
        return [one for one in self.deliveries if not one.is_stopped]

    async def run(self, remote: RemoteList) -> None:
        """Tell Mailchimp what it is owed for these audiences.

        Withdrawals of consent go first, and go even where too many other people would leave.

        Raises:
            LoaderError: something stopped all of them; what was sent until then is recorded.
        """
        await self.prepare(remote)
        tripped = await self.guard()
        if not self.going:
            return
        await self.plan.settle()
        for one in self.going:
            one.report.add_plan(one.plan)
            one.say("planned", one.plan.to_send())
        await self.send(WITHDRAWALS, Ids())
        for one, blown in tripped:
            one.stop(blown[0])
        ids = await self._make(remote)
        await self.plan.claim()
        await self.send(CONTACTS, ids)
        await self.send(COMPANIONS, await self._with_permissions(ids))
        await self.send(LEAVES, ids)

    async def prepare(self, remote: RemoteList) -> None:
        """Decide what becomes of each row that the audiences owe.

        Raises:
            LoaderError: the warehouse failed.
        """
        await self.plan.begin(
            Turn(one.audience, status_of_new(one.audience, remote)) for one in self.going
        )
        await self._look_back(remote)
        reading = await self.ledger.last_reading()
        imagined, makes = remote, Makes()

        async def check(one: Delivery) -> None:
            nonlocal imagined
            places = Places(one.client, one.audience, self.ledger, remote, self.known, makes)
            await one.check(places, imagined, reading)
            imagined = one.places.imagined(imagined)

        await self._each(check)

        async def add(one: Delivery) -> None:
            await self.plan.add(one.audience)
            one.report.staying = await self.plan.staying(one.audience)
            one.report.given_up = await self.ledger.given_up(one.audience)
            values = await one.places.values()
            await self.plan.note_lost(one.audience, values)
            if reading is not None and not self.settings.historical_refresh:
                await self.plan.leave_alone(one.audience, values)
            if one.audience.mirror:
                await self.plan.mirror(one.audience, selecting(one.audience, one.registered))

        await self._each(add)
        if not self.going:
            return
        await self.decide()
        filled, named = await self.plan.segments_to_fill(), await self.plan.names()

        async def check_plan(one: Delivery) -> None:
            own = [each for each in filled if each.audience == one.audience.name]
            one.places.check_plan(own, named[one.audience.name], one.registered)

        if await self._each(check_plan):
            await self.decide()

    async def _look_back(self, remote: RemoteList) -> None:
        """Bring what is known of the list up to date with what the list shows."""
        client, audiences = self.deliveries[0].client, [one.audience for one in self.going]
        try:
            await settle_changes(client, self.ledger, self.list_id, audiences)
        except MailchimpError as error:
            for one in self.going:
                self.stop(one, error)
        await self.ledger.keep_tags(remote.segments)

    async def decide(self) -> None:
        """Decide, or decide again without the audiences that were stopped meanwhile."""
        if not self.going:
            return
        for one in self.deliveries:
            if one.is_stopped:
                await self.plan.leave_out(one.audience)
        settings = self.settings
        plans = await self.plan.make(
            retry_rejected=settings.retry_rejected or settings.historical_refresh
        )
        for one in self.going:
            one.plan = plans.get(one.audience.name, NOTHING)

    async def guard(self) -> list[tuple[Delivery, list[FuseBlown]]]:
        """Stop whom a guard stops at once; whose withdrawals alone may go, and for which guards."""

        async def check(one: Delivery) -> None:
            for guard in one.guards():
                guard()

        if await self._each(check):
            await self.decide()
        tripped = []
        for one in self.going:
            if blown := [*blown_of(one.guards_of_rest())]:
                tripped.append((one, blown))
                await self.plan.hold_back(one.audience)
        if tripped:
            await self.decide()
        return tripped

    async def _each(self, step: Step) -> bool:
        """Do a step for each audience that goes on; whether it has stopped one."""
        going = self.going
        for one in going:
            await self._try(one, step)
        return len(self.going) < len(going)

    async def _try(self, one: Delivery, step: Step) -> None:
        """Do a step for an audience, which it may stop: alone."""
        try:
            await step(one)
        except WarehouseError:
            raise
        except LoaderError as error:
            self.stop(one, error)
            await self.plan.hold_back(one.audience)

    def stop(self, one: Delivery, error: LoaderError) -> None:
        """Let an audience go no further; no answer after a signal is what was asked for."""
        is_asked = self.stopping.is_set() and isinstance(error, Unanswered)
        one.stop(Interrupted(STOPPED) if is_asked else error)

    async def _make(self, remote: RemoteList) -> Ids:
        """Make what is missing, side by side; what a request says in the place of names."""
        found = [Ids(segments={name: one.id for name, one in remote.segments.items()})]

        async def make(one: Delivery) -> None:
            found.append(await one.places.make())

        await together([self._try(one, make) for one in self.going])
        return Ids.of_all(found)

    async def _with_permissions(self, ids: Ids) -> Ids:
        found = [ids]

        async def read(one: Delivery) -> None:
            if one.plan.to_send(Route.PERMISSIONS):
                found.append(await one.places.permissions())

        await self._each(read)
        return Ids.of_all(found)

    async def send(self, routes: tuple[Route, ...], ids: Ids) -> None:
        """Send the rows of some routes and record every answer, turn by turn.

        Raises:
            LoaderError: something stopped it; what was sent until then is recorded.
        """
        turns = self.turns(routes)
        if not turns:
            return
        now = ListNow(
            client=self.deliveries[0].client,
            list_id=self.list_id,
            segments=ids.segments,
            since=await self.plan.read_at(),
            workers=self.settings.connections,
        )
        inside = await self._inside(now) if any(route.is_add for route in routes) else {}
        async with flushed(self.plan.acknowledgements()) as acknowledgements:
            calls = Calls(
                {one.audience.name: one.client for one in self.deliveries},
                now,
                acknowledgements=acknowledgements,
                count=self._count,
            )
            for turn in range(1, turns + 1):
                await acknowledgements.flush()
                if turn > 1:
                    async for batch in self.batches(routes, turn, ids, is_left=True):
                        await calls.record([decided(batch, Outcome.ACCEPTED, reason=TAKEN_OFF)])
                await stream(
                    calls.unsettled(self.batches(routes, turn, ids), inside),
                    send=calls.send,
                    record=calls.record,
                    workers=self.settings.connections,
                    stopping=self.stopping,
                )
                await calls.look_up()
                if self.stopping.is_set():
                    raise Interrupted(STOPPED)

    def turns(self, routes: tuple[Route, ...]) -> int:
        """How many audiences want something of one contact by these routes, at the most."""
        return max((one.plan.turns(*routes) for one in self.going), default=0)

    async def batches(
        self, routes: tuple[Route, ...], turn: int, ids: Ids, *, is_left: bool = False
    ) -> AsyncIterator[Batch]:
        """What goes in one turn: contacts of several audiences where the call is the same.

        With `is_left` those whom another audience has taken off the list, instead.
        """
        for route in routes:
            if any(one.plan.to_send(route) for one in self.going):
                names = ids.of(route)
                rows = self.plan.rows_of(route, turn=turn, names=names, is_left=is_left)
                async for batch in batches(rows, route):
                    yield batch

    async def _inside(self, now: ListNow) -> dict[str, pa.Array]:
        """Who is now in the segments that a pull saw somebody in whom the plan puts there."""
        if self.settings.historical_refresh:
            return {}  # which sends everything
        filled = await self.plan.segments_to_fill()
        shown = sorted({one.key for one in filled if one.is_shown and one.key in now.segments})
        return dict(zip(shown, await together(map(now.members, shown)), strict=True))

    def _count(self, answers: Answers) -> None:
        deliveries: Mapping[str, Delivery] = {one.audience.name: one for one in self.deliveries}
        for name, part in answers.by_audience().items():
            deliveries[name].count(part)
