"""One audience and one list: check, plan, look at the fuses, and send in the right order."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from loader.audience import Audience
from loader.checks.fuses import check_first, check_leaves, check_withdrawals
from loader.checks.mirror import check_mirror, selecting
from loader.errors import Interrupted
from loader.mailchimp.client import Client
from loader.mailchimp.outcomes import decided
from loader.mailchimp.segments import split
from loader.model import SHOWN, Answers, Batch, Event, Outcome, Plan, Route, Tell
from loader.pipeline.calls import Calls
from loader.pipeline.lookups import settle_changes
from loader.pipeline.places import Ids, Places
from loader.places import KnownSegment, RemoteList
from loader.planner import batches
from loader.pull.segments import membership_now
from loader.report import AudienceReport
from loader.settings import Settings
from loader.stream import stream
from loader.warehouse.acks import flushed
from loader.warehouse.ledger import Ledger

STOPPED = "Stopped as asked. What was answered is recorded; run again for the rest."

# Contacts come before what needs them; memberships are given up while the contact is still on the
# list.
CONTACTS = (Route.UPSERT, Route.CREATE, Route.REVIVE, Route.CHANGE_ADDRESS)
COMPANIONS = (
    Route.SEGMENT_REMOVE,
    Route.TAG_REMOVE,
    Route.SEGMENT_ADD,
    Route.TAG_ADD,
    Route.PERMISSIONS,
)
LEAVES = (Route.UNSUBSCRIBE, Route.ARCHIVE)


def status_of_new(audience: Audience, remote: RemoteList) -> str:
    """The status in which a contact is created.

    An audience that only updates creates nobody on purpose: somebody who vanished since the list
    was read must not be mailed. On a double opt-in list `subscribed` would skip the confirmation
    mail (Marketing API, Lists: `double_optin`).
    """
    if audience.contacts == "update":
        return "unsubscribed"
    if remote.double_optin and audience.status_if_new == "subscribed":
        return "pending"
    return audience.status_if_new


async def _unsettled(
    batches: AsyncIterator[Batch], inside: Mapping[str, pa.Array], calls: Calls
) -> AsyncIterator[Batch]:
    """The batches without those who are in their segment already, which is recorded."""
    async for batch in batches:
        rest = batch
        if batch.route.is_add and batch.segment in inside:
            there, rest = split(batch, inside[batch.segment])
            await calls.record([decided(there, Outcome.ACCEPTED, reason=SHOWN)])
        if rest.size:
            yield rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Everything that one audience needs for its way to Mailchimp."""

    audience: Audience
    registered: tuple[Audience, ...]
    client: Client
    ledger: Ledger
    settings: Settings
    report: AudienceReport
    stopping: asyncio.Event
    tell: Tell

    async def run(
        self, *, remote: RemoteList, known: dict[str, KnownSegment], contacts: int
    ) -> None:
        """Tell Mailchimp what it is owed for this audience.

        `contacts` is how many the list had before this run. Withdrawals of consent go first, and
        go even where too many other people would leave.

        Raises:
            LoaderError: something stopped it; what was sent until then is recorded.
        """
        places = Places(self.client, self.audience, self.ledger, remote, known)
        plan = await self.plan(places)
        check_first(self.audience, plan, contacts, first=self.settings.first)
        check_withdrawals(self.audience, plan, force=self.settings.force_leave)
        await self.ledger.settle()
        self.report.add_plan(plan)
        self.say("planned", plan.to_send())
        await self.send(plan, (Route.WITHDRAW,), Ids())
        check_leaves(self.audience, plan, force=self.settings.force_leave)
        ids = await places.make(status_of_new(self.audience, remote))
        await self.ledger.claim()
        await self.send(plan, CONTACTS, ids)
        if plan.to_send(Route.PERMISSIONS):
            ids = await places.with_permissions(ids)
        await self.send(plan, (*COMPANIONS, *LEAVES), ids)

    async def plan(self, places: Places) -> Plan:
        """Decide what becomes of each row of the delta, when the list is as it has to be.

        Raises:
            ConfigurationError: the list is not as the audience says.
        """
        settings = self.settings
        await settle_changes(self.client, self.ledger, self.audience.list_id)
        await places.check()
        check_mirror(self.audience, self.registered, await self.ledger.pulled_at())
        if settings.historical_refresh:
            await places.refresh()
        plan = await self.ledger.plan(
            await places.values(),
            selecting(self.audience, self.registered),
            retry_rejected=settings.retry_rejected or settings.historical_refresh,
            sends_all=settings.historical_refresh,
        )
        await places.check_plan(self.registered)
        return plan

    async def send(self, plan: Plan, routes: tuple[Route, ...], ids: Ids) -> None:
        """Send the rows of some routes, one route after the other, and record every answer."""
        is_adding = any(route.is_add and plan.to_send(route) for route in routes)
        looks = is_adding and not self.settings.historical_refresh  # which sends everything
        inside = await self._inside(ids) if looks else {}
        async with flushed(self.ledger.acknowledgements()) as acknowledgements:
            calls = Calls(
                self.client,
                self.audience,
                ids.segments,
                acknowledgements=acknowledgements,
                count=self._count,
                workers=self.settings.connections,
            )
            for route in routes:
                if not plan.to_send(route):
                    continue
                await acknowledgements.flush()
                await stream(
                    _unsettled(self.batches(route, ids), inside, calls),
                    send=calls.send,
                    record=calls.record,
                    workers=self.settings.connections,
                    stopping=self.stopping,
                )
                await calls.look_up()
                if self.stopping.is_set():
                    raise Interrupted(STOPPED)

    async def batches(self, route: Route, ids: Ids) -> AsyncIterator[Batch]:
        """What goes one way, segment by segment; the segments of a route overlap on the wire."""
        segments = [""]
        if route.is_membership:
            filled = await self.ledger.segments_to_fill()
            segments = [one.key for one in filled if route.value.startswith(one.kind)]
        for segment in segments:
            rows = self.ledger.rows_of(
                route, segment=segment, status_if_new=ids.status_if_new, names=ids.of(route)
            )
            async for batch in batches(rows, route, segment=segment):
                yield batch

    async def _inside(self, ids: Ids) -> dict[str, pa.Array]:
        """Who is now in the segments that a pull saw somebody in whom the plan puts there."""
        shown = [one.key for one in await self.ledger.segments_to_fill() if one.is_shown]
        list_id, workers = self.audience.list_id, self.settings.connections
        return {
            key: await membership_now(self.client, list_id, ids.segments[key], workers=workers)
            for key in shown
        }

    def _count(self, answers: Answers) -> None:
        self.report.add(answers.route.action, answers.tally)
        self.say("answered", answers.rows.num_rows)

    def say(self, kind: str, rows: int) -> None:
        """Tell whoever waits."""
        self.tell(Event(kind=kind, subject=self.audience.name, rows=rows))
