"""One audience and one list: check, plan, look at the fuses, and send in the right order."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from loader.checks import check_first, check_leaves, check_withdrawals
from loader.errors import Interrupted
from loader.mailchimp.client import Client
from loader.model import Answers, Audience, Plan, Route
from loader.pipeline.calls import Calls
from loader.pipeline.places import Places
from loader.places import KnownSegment, RemoteList
from loader.planner import batches
from loader.report import AudienceReport
from loader.settings import Settings
from loader.stream import stream
from loader.warehouse.acks import flushed
from loader.warehouse.ledger import Ledger

STOPPED = "Stopped as asked. What was answered is recorded; run again for the rest."

# Contacts come before the memberships that need them; memberships are given up while the contact
# is still on the list.
AFTER_WITHDRAWALS = (
    Route.UPSERT,
    Route.CREATE,
    Route.REVIVE,
    Route.SEGMENT_REMOVE,
    Route.SEGMENT_ADD,
    Route.UNSUBSCRIBE,
    Route.ARCHIVE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that a person who waits would like to know: `planned`, `answered` or `finished`."""

    kind: str
    audience: str
    rows: int


Tell = Callable[[Event], None]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Everything that one audience needs for its way to Mailchimp."""

    audience: Audience
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
        await places.check()
        if self.settings.historical_refresh:
            await places.refresh()
        plan = await self._plan()
        check_first(self.audience, plan, contacts, first=self.settings.first)
        check_withdrawals(self.audience, plan, force=self.settings.force_leave)
        status = status_of_new(self.audience, remote)
        await self.ledger.settle()
        self.report.add_plan(plan)
        self.say("planned", plan.to_send())
        await self.send(plan, (Route.WITHDRAW,), None, status)
        check_leaves(self.audience, plan, force=self.settings.force_leave)
        segment_id = await places.make()
        await self.ledger.claim()
        await self.send(plan, AFTER_WITHDRAWALS, segment_id, status)

    async def _plan(self) -> Plan:
        settings = self.settings
        return await self.ledger.plan(
            retry_rejected=settings.retry_rejected or settings.historical_refresh
        )

    async def send(
        self, plan: Plan, routes: tuple[Route, ...], segment_id: int | None, status_if_new: str
    ) -> None:
        """Send the rows of some routes, one route after the other, and record every answer."""
        async with flushed(self.ledger.acknowledgements()) as acknowledgements:
            calls = Calls(
                self.client,
                self.audience,
                segment_id,
                acknowledgements=acknowledgements,
                count=self._count,
                workers=self.settings.connections,
            )
            for route in routes:
                if not plan.to_send(route):
                    continue
                await acknowledgements.flush()
                rows = self.ledger.rows_of(
                    route, segment=self.audience.segment, status_if_new=status_if_new
                )
                await stream(
                    batches(rows, route),
                    send=calls.send,
                    record=calls.record,
                    workers=self.settings.connections,
                    stopping=self.stopping,
                )
                await calls.look_up()
                if self.stopping.is_set():
                    raise Interrupted(STOPPED)

    def _count(self, answers: Answers) -> None:
        self.report.add(answers.route.action, answers.tally)
        self.say("answered", answers.rows.num_rows)

    def say(self, kind: str, rows: int) -> None:
        """Tell whoever waits."""
        self.tell(Event(kind=kind, audience=self.audience.name, rows=rows))
