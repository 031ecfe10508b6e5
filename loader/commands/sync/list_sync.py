"""All audiences of one list that have their turn: planned together, sent step by step."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from loader.commands.sync.address_changes import settle_address_changes
from loader.commands.sync.audience_sync import NOTHING, AudienceSync, tripped_guards
from loader.commands.sync.list_operations import STOPPED, ListOperations
from loader.commands.sync.list_setup import ListSetup
from loader.commands.sync.remote_ids import RemoteIds
from loader.concurrency import MakeOnce, together
from loader.model.approved_plan import Approve, ApprovedRows, Work, fingerprint_of
from loader.model.batch import (
    COMPANIONS,
    CONTACTS,
    LEAVES,
    WITHDRAWALS,
    Operation,
)
from loader.model.checks.mirror import selecting
from loader.model.errors import (
    GuardTripped,
    Interrupted,
    LoaderError,
    MailchimpError,
    NoUsableResponse,
    WarehouseError,
)
from loader.model.list_schema import ListSchema, TrackedSegment
from loader.warehouse.plans import Turn
from loader.warehouse.records.ledger import Ledger

Step = Callable[[AudienceSync], Awaitable[None]]
Tripped = list[tuple[AudienceSync, list[GuardTripped]]]


@dataclass(frozen=True, kw_only=True)
class ListSync(ListOperations):
    """One list in one run: decided for all its audiences together, then sent.

    Attributes:
        known: what we remember of the segments of the list, by name.
        ledger: of the list.
    """

    known: Mapping[str, TrackedSegment]
    ledger: Ledger

    async def run(self, remote: ListSchema, approve: Approve | None = None) -> None:
        """Tell Mailchimp what it is owed for these audiences.

        Withdrawals of consent go first, and go even where too many other people would leave.

        Args:
            remote: the list as Mailchimp shows it.
            approve: waits for the other lists, and says whose rows are not those of the plan that
                somebody approved; without it nobody is asked.

        Raises:
            LoaderError: something stopped all of them; what was sent until then is recorded.
        """
        if approve is None:
            tripped = await self._decided(remote)
        else:
            # what deciding writes is undone with what is refused
            async with self.plan.undone_if_refused():
                tripped = await self._decided(remote)
                await self._ask(approve, tripped)
        if not self.going:
            return
        # before the first write: what needs none is on record even if the run is killed
        await self.plan.record_skipped()
        for one in self.going:
            one.report.add_plan(one.plan)
            one.emit("planned", one.plan.to_send())
        # consent that was taken back waits for no guard on leaves, no segment and no merge field
        await self.send_operations(WITHDRAWALS, RemoteIds())
        for one, tripped_by in tripped:
            one.stop(tripped_by[0])
        ids = await self._make(remote)
        # from here on a killed run leaves rows in flight, which the next one offers again
        await self.plan.claim()
        await self.send_operations(CONTACTS, ids)
        await self.send_operations(COMPANIONS, await self._with_permissions(ids))
        await self.send_operations(LEAVES, ids)

    async def prepare(self, remote: ListSchema) -> None:
        """Decide what becomes of each row that the audiences owe.

        Args:
            remote: the list as Mailchimp shows it.

        Raises:
            LoaderError: the warehouse failed.
        """
        await self.plan.begin(
            Turn.of(one.audience, is_double_optin=remote.double_optin) for one in self.going
        )
        await self._look_back(remote)
        reading = await self.ledger.last_reading()
        # one after the other: each sees what those before it will make
        imagined, makes = remote, MakeOnce()

        async def check(one: AudienceSync) -> None:
            nonlocal imagined
            setup = ListSetup(one.client, one.audience, self.ledger, remote, self.known, makes)
            await one.check(setup, imagined, reading)
            imagined = one.setup.imagined(imagined)

        await self._each(check)

        async def add(one: AudienceSync) -> None:
            await self.plan.add(one.audience)
            one.report.staying = await self.plan.staying(one.audience)
            one.report.given_up = await self.ledger.given_up(one.audience)
            values = await one.setup.compared_fields()
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

        async def check_plan(one: AudienceSync) -> None:
            own = [each for each in filled if each.audience == one.audience.name]
            one.setup.check_tags(own, named[one.audience.name], one.registered)

        if await self._each(check_plan):
            await self.decide()

    async def _decided(self, remote: ListSchema) -> Tripped:
        await self.prepare(remote)
        return await self.guard()

    async def _ask(self, approve: Approve, tripped: Tripped) -> None:
        """Stop all of them unless what would be sent, on every list, is what was approved."""
        faults = {
            one.audience.name: one.report.message or ""
            for one in self.audience_syncs
            if one.is_stopped and one.report.exit_code != GuardTripped.exit_code
        }
        refused = await approve(await self.work(tripped), faults)
        for one in self.going:
            if one.audience.name in refused:
                one.stop(GuardTripped(refused[one.audience.name]))
        if refused:
            raise GuardTripped("Nothing was sent.")

    async def work(self, tripped: Tripped) -> dict[str, Work]:
        """What is sent for each audience, by operation, with what is made on the list before.

        Args:
            tripped: those of whom withdrawals alone go.

        Returns:
            The rows of each by the name of the audience; an audience that is stopped has none.
        """
        rows, held = await self.plan.work(), {one.audience.name for one, _ in tripped}
        found: dict[str, Work] = {}
        for one in self.going:
            name = one.audience.name
            made = {} if name in held else one.setup.things_to_make
            found[name] = rows.get(name, {}) | {
                kind: ApprovedRows(rows=len(things), fingerprint=fingerprint_of(things))
                for kind, things in made.items()
                if things
            }
        return found

    async def _look_back(self, remote: ListSchema) -> None:
        """Bring what is known of the list up to date with what the list shows."""
        client, audiences = self.audience_syncs[0].client, [one.audience for one in self.going]
        try:
            await settle_address_changes(client, self.ledger, self.list_id, audiences)
        except MailchimpError as error:
            for one in self.going:
                self.stop(one, error)
        await self.ledger.keep_tags(remote.segments)

    async def decide(self) -> None:
        """Decide, or decide again without the audiences that were stopped meanwhile."""
        if not self.going:
            return
        for one in self.audience_syncs:
            if one.is_stopped:
                await self.plan.leave_out(one.audience)
        settings = self.settings
        plans = await self.plan.make(
            retry_rejected=settings.retry_rejected or settings.historical_refresh
        )
        for one in self.going:
            one.plan = plans.get(one.audience.name, NOTHING)

    async def guard(self) -> Tripped:
        """Stop whom a guard stops at once.

        Returns:
            Those whose withdrawals alone may go, each with the guards that hold back the rest.
        """

        async def check(one: AudienceSync) -> None:
            for guard in one.guards():
                guard()

        if await self._each(check):
            await self.decide()
        tripped = []
        for one in self.going:
            if tripped_by := [*tripped_guards(one.guards_of_rest())]:
                tripped.append((one, tripped_by))
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

    async def _try(self, one: AudienceSync, step: Step) -> None:
        """Do a step for an audience, which it may stop: alone."""
        try:
            await step(one)
        except WarehouseError:
            raise
        except LoaderError as error:
            if one.sets_aside(error):
                return
            self.stop(one, error)
            await self.plan.hold_back(one.audience)

    def stop(self, one: AudienceSync, error: LoaderError) -> None:
        """Let an audience go no further; no answer after a signal is what was asked for.

        Args:
            one: of the audiences.
            error: what stops it.
        """
        is_asked = self.stopping.is_set() and isinstance(error, NoUsableResponse)
        one.stop(Interrupted(STOPPED) if is_asked else error)

    async def _make(self, remote: ListSchema) -> RemoteIds:
        """Make what is missing, side by side; what a request says in the place of names."""
        found = [RemoteIds(segments={name: one.id for name, one in remote.segments.items()})]

        async def make(one: AudienceSync) -> None:
            found.append(await one.setup.provision())

        await together([self._try(one, make) for one in self.going])
        return RemoteIds.of_all(found)

    async def _with_permissions(self, ids: RemoteIds) -> RemoteIds:
        found = [ids]

        async def read(one: AudienceSync) -> None:
            if one.plan.to_send(Operation.PERMISSIONS):
                found.append(await one.setup.resolve_permissions())

        await self._each(read)
        return RemoteIds.of_all(found)
