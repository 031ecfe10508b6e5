"""One sync from end to end: READ THIS FIRST.

Data goes one way: the warehouse streams the pending rows, Mailchimp answers, the ledger keeps
the answers. Nothing here knows SQL or HTTP.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

from loader.commands.sync.list_run import list_run, read_schema
from loader.concurrency import raise_first
from loader.model.audience import Audience
from loader.model.pauses import Ended, count_stops
from loader.session.accounts import Account
from loader.session.approval import Approval
from loader.session.context import RunContext
from loader.session.dbt_target import filter_audiences
from loader.session.selection import awake, by_list, in_reach, select_audiences, sendable
from loader.text.report import RunReport
from loader.warehouse.records.apply_acks import prepare_ledger
from loader.warehouse.records.pauses import resume_changed, stop_statements
from loader.warehouse.registry import count_wanted, left_behind


@dataclass(frozen=True, kw_only=True)
class SyncRun:
    """One `loader sync`.

    Attributes:
        report: takes what became of each audience.
        confirm: asks a person whether sending so many people of each audience again is intended.
        approval: the plan that somebody approved: exactly that is sent, or nothing.
    """

    context: RunContext
    report: RunReport
    confirm: Callable[[dict[str, int]], None]
    approval: Approval | None = None

    async def run(self) -> None:
        """Bring Mailchimp in step with the audiences, the lists side by side.

        Raises:
            LoaderError: nothing was sent, for the reason that it gives.
        """
        context, report = self.context, self.report
        warehouse, settings = context.warehouse, context.settings
        registered, ready = await select_audiences(warehouse, settings, report, now=context.now())
        ready = sendable(ready, settings.target, report)
        await self._count_not_begun(registered)
        report.resumed += await resume_changed(warehouse, ready, now=context.now())
        ready = await awake(warehouse, ready, settings, report)
        async with context.accounts.of(ready, registered) as accounts:
            # an account that is away stops its own audiences alone
            ready = in_reach(ready, accounts, report)
            lists = by_list(ready, accounts)
            if self.approval is not None:
                await self.approval.begin(context, report, [own for _, own in lists])
            elif settings.historical_refresh:
                self.confirm({one.name: await count_wanted(warehouse, one) for one in ready})
            # what a killed run has answers for is applied before anything is planned
            await prepare_ledger(warehouse, registered, now=context.now())
            syncs = [self._sync_list(account, audiences) for account, audiences in lists]
            raise_first(await asyncio.gather(*syncs, return_exceptions=True))
        chosen = filter_audiences(registered, settings.select, settings.exclude)
        report.left_behind = await left_behind(warehouse, chosen)
        order = {(one.name, one.list_id): index for index, one in enumerate(ready)}
        report.audiences.sort(key=lambda one: order[one.audience, one.list_id])

    async def _count_not_begun(self, registered: Sequence[Audience]) -> None:
        """Count the audiences that their configuration stops before they are begun."""
        warehouse, now = self.context.warehouse, self.context.now()
        for one in self.report.not_begun:
            ended = Ended(
                audience=one.of,
                exit_code=one.exit_code,
                reason=one.message,
                leads_to_pause=one.leads_to_pause,
            )
            stops, list_id = count_stops([ended], registered, now=now), one.list_id
            await warehouse.execute(*stop_statements(warehouse.schema, list_id, stops, now=now))
            self.report.paused += stops.paused

    async def _sync_list(self, account: Account, audiences: Sequence[Audience]) -> None:
        """The audiences of one list, whatever becomes of them, beside those of other lists."""
        waiting = nullcontext() if self.approval is None else self.approval.of(audiences)
        # a session of its own: the lists go side by side, each with its own transactions
        with waiting as approve:
            async with self.context.warehouse.beside() as warehouse:
                context = replace(self.context, warehouse=warehouse)
                run = list_run(context, self.report, account, audiences, command="sync")
                async with run as list_sync:
                    await list_sync.run(await read_schema(context, account, list_sync), approve)
