"""One retirement from end to end: list by list, done or only foretold."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from loader.commands.retire.placements import stale_placements
from loader.commands.retire.retire_plan import decide
from loader.commands.sync.audience_sync import AudienceSync
from loader.commands.sync.list_run import list_run, open_list, read_schema
from loader.model.audience import Audience
from loader.model.batch import Operation, Outcome
from loader.model.checks.guards import check_leaves
from loader.model.checks.targets import check_target
from loader.model.errors import (
    ConfigurationError,
    GuardTripped,
    ListNotFound,
    LoaderError,
    WarehouseError,
)
from loader.model.list_schema import ListSchema, StalePlacements
from loader.session.accounts import Account
from loader.session.context import RunContext
from loader.text.report import RunReport
from loader.warehouse.records.apply_acks import prepare_ledger
from loader.warehouse.registry import left_behind, placements_of, registered_audiences


@dataclass(frozen=True, kw_only=True)
class RetireRun:
    """One `loader retire`.

    Attributes:
        report: takes what became of each list.
        name: of the audience.
        on_leave: what happens to its contacts; None is what the audience says.
        is_list_deleted: whether a list that Mailchimp does not have was deleted. Nothing can be
            taken out of it then, and with the key of another account it would look the same.
    """

    context: RunContext
    report: RunReport
    name: str
    on_leave: str | None = None
    is_list_deleted: bool = False

    async def run(self) -> None:
        """Take out what the audience put in places that its model does not name any more.

        Raises:
            LoaderError: nothing was sent, for the reason that it gives.
        """
        context, warehouse = self.context, self.context.warehouse
        registered = await registered_audiences(warehouse)
        # a run that was killed may have put something into places that the ledger does not show yet
        await prepare_ledger(warehouse, registered, now=context.now())
        found = await self._stale(registered)
        for stale in found:
            check_target(stale.audience, context.settings.target)
        for stale in found:
            async with context.accounts.of([stale.audience], registered) as accounts:
                await self._retire_list(stale, _reachable(accounts[stale.audience.account]))
        own = [one for one in registered if one.name == self.name]
        self.report.left_behind = await left_behind(warehouse, own)

    async def dry_run(self) -> None:
        """Report what it would do, as if Mailchimp had accepted everything.

        What would stop it is in the report too.

        Raises:
            LoaderError: nothing could be foretold, for the reason that it gives.
        """
        context, warehouse = self.context, self.context.warehouse
        registered = await registered_audiences(warehouse)
        async with warehouse.rolled_back():
            await prepare_ledger(warehouse, registered, now=context.now())
            found = await self._stale(registered)
        async with context.accounts.of([one.audience for one in found], registered) as accounts:
            for stale in found:
                account = _reachable(accounts[stale.audience.account])
                remote = await self._read(account, stale.audience)
                async with warehouse.rolled_back():
                    await prepare_ledger(warehouse, registered, now=context.now())
                    await self._dry_run_list(stale, account, remote)

    async def _stale(self, registered: Sequence[Audience]) -> list[StalePlacements]:
        placements = await placements_of(self.context.warehouse, self.name)
        return stale_placements(registered, self.name, placements, self.on_leave)

    async def _retire_list(self, stale: StalePlacements, account: Account) -> None:
        """Take it out of one list, whatever becomes of it."""
        audience = stale.audience
        async with self.context.warehouse.beside() as warehouse:
            context = replace(self.context, warehouse=warehouse)
            run = list_run(context, self.report, account, [audience], command="retire")
            async with run as list_sync:
                try:
                    remote = await read_schema(context, account, list_sync)
                except ListNotFound:
                    if not self.is_list_deleted:
                        raise
                    # Mailchimp has nothing of it any more, so that the ledger has to let it go as
                    # well
                    await list_sync.ledger.release_list(audience)
                    return
                retire_plan = await decide(list_sync, remote, stale)
                (one,) = list_sync.audience_syncs
                check_leaves(audience, one.plan, allow_leaves=one.settings.allow_leaves)
                await retire_plan.carry_out()

    async def _read(self, account: Account, audience: Audience) -> ListSchema | LoaderError:
        """The list as it is now, or why it cannot be read."""
        warehouse, list_id = self.context.warehouse, audience.list_id
        try:
            return await account.read(account.client, warehouse, list_id, [audience])
        except WarehouseError:
            raise
        except LoaderError as error:
            return error

    async def _dry_run_list(
        self, stale: StalePlacements, account: Account, remote: ListSchema | LoaderError
    ) -> None:
        """Decide, and report it as if it had been done."""
        context, audience = self.context, stale.audience
        run_id = str(uuid.uuid4())
        list_sync = await open_list(context, account, [audience], run_id=run_id, now=context.now())
        (one,) = list_sync.audience_syncs
        self.report.audiences.append(one.report)
        try:
            if isinstance(remote, LoaderError):
                raise remote
            retire_plan = await decide(list_sync, remote, stale)
            one.report.message = _stop_reason(one)
            await retire_plan.release()
            one.report.add_plan(one.plan)
            for row in one.plan.rows:
                if row.outcome is None:
                    accepted = (Outcome.ACCEPTED.value, None, row.contacts)
                    one.report.add(Operation(row.route).action, [accepted])
            one.report.deleted += await retire_plan.foresee_deleted()
        except WarehouseError:
            raise
        except LoaderError as error:
            one.stop(error)


def _stop_reason(one: AudienceSync) -> str | None:
    """What would stop a retirement, if anything."""
    try:
        check_target(one.audience, one.settings.target)
        check_leaves(one.audience, one.plan, allow_leaves=one.settings.allow_leaves)
    except (ConfigurationError, GuardTripped) as stopped:
        return f"would stop: {stopped}"
    return None


def _reachable(account: Account) -> Account:
    """An account whose lists can be read.

    Raises:
        HostUnknown: they cannot.
    """
    if account.fault is not None:
        raise account.fault
    return account
