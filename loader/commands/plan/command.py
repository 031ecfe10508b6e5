"""One plan from end to end: the sync is gone through in the warehouse, and undone."""

import uuid
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace

from loader.commands.plan.dry_run import DryRun
from loader.commands.plan.plan_report import AudiencePlan
from loader.commands.sync.list_run import open_list
from loader.concurrency import together
from loader.model.audience import Audience
from loader.model.errors import LoaderError
from loader.model.list_schema import LeftBehind, ListSchema
from loader.session.accounts import Account
from loader.session.context import RunContext
from loader.session.dbt_target import filter_audiences
from loader.session.selection import awake, by_list, in_reach, select_audiences, sendable
from loader.text.audience_report import AudienceReport
from loader.text.report import RunReport
from loader.warehouse.records.apply_acks import prepare_ledger
from loader.warehouse.registry import left_behind
from loader.warehouse.reports.plan_queries import PlanQueries


@dataclass(frozen=True, slots=True)
class Unread:
    """A list that cannot be read, and why."""

    error: LoaderError


@dataclass(frozen=True, kw_only=True)
class PlanRun:
    """One `loader plan`.

    Attributes:
        report: takes what is not sent, and why, and what stays behind; its exit code is that of the
            plan.
        sample: people to show of everything that is told; 0 shows none.
        is_to_be_sent: whether a sync will carry the plan out. Then it has nobody whom that sync
            leaves out, such as a paused audience; else those are planned as if they were sent.
    """

    context: RunContext
    report: RunReport
    sample: int = 0
    is_to_be_sent: bool = False

    async def run(self) -> list[AudiencePlan]:
        """What a sync would do, audience by audience; those of one list are planned together.

        Only `mailchimp_members` changes: the lists are read, as every sync does.

        Returns:
            A plan for each audience and list, in the order of the audiences.

        Raises:
            LoaderError: nothing could be planned, for the reason that it gives.
        """
        report = self.report
        registered, ready = await self.select()
        sent = await self._sent(ready)
        if self.is_to_be_sent:
            ready = sent
        async with self.open_accounts(ready, registered) as opened:
            found = await self.of(in_reach(ready, opened, report), opened, registered)
        keys = {(one.name, one.list_id) for one in sent}
        found = [replace(one, is_sent=(one.audience, one.list_id) in keys) for one in found]
        report.left_behind = await self.left(registered)
        report.audiences += [
            AudienceReport(audience=one.audience, list_id=one.list_id, exit_code=one.exit_code)
            for one in found
        ]
        return found

    async def select(self) -> tuple[list[Audience], list[Audience]]:
        """Choose the audiences of this plan.

        Returns:
            Every audience that is registered, and those that have their turn.
        """
        context = self.context
        return await select_audiences(
            context.warehouse, context.settings, self.report, now=context.now()
        )

    async def _sent(self, ready: Sequence[Audience]) -> list[Audience]:
        """Those that a sync from this target would send; that others wait is no fault of a plan."""
        warehouse, settings = self.context.warehouse, self.context.settings
        left_out = RunReport(run_id="", version=self.report.version)
        sent = await awake(
            warehouse, sendable(ready, settings.target, left_out), settings, left_out
        )
        if self.is_to_be_sent:
            self.report.unsent |= left_out.unsent
        return sent

    async def of(
        self,
        audiences: Sequence[Audience],
        accounts: Mapping[str, Account],
        registered: Sequence[Audience],
    ) -> list[AudiencePlan]:
        """What a sync would do with some audiences, whose accounts are open.

        Args:
            audiences: that have their turn.
            accounts: by the names that the audiences have for them.
            registered: every audience there is.

        Returns:
            A plan for each, in their order; of a list that cannot be read the plans say why.

        Raises:
            LoaderError: the warehouse failed.
        """
        warehouse, lists = self.context.warehouse, by_list(audiences, accounts)
        read = await together([self.read(*one) for one in lists])
        # the read of the lists stays; only what is imagined is undone
        async with warehouse.rolled_back():
            await self.prepare(registered, lists)
            found = [
                audience_plan
                for (account, own), remote in zip(lists, read, strict=True)
                for audience_plan in await self._dry_run(own, account, remote)
            ]
        order = {(one.name, one.list_id): index for index, one in enumerate(audiences)}
        return sorted(found, key=lambda one: order[one.audience, one.list_id])

    def open_accounts(
        self, ready: Sequence[Audience], registered: Sequence[Audience]
    ) -> AbstractAsyncContextManager[Mapping[str, Account]]:
        """Open the accounts of the audiences.

        Args:
            ready: the audiences that are planned.
            registered: every audience there is.

        Returns:
            The accounts by the names that audiences have for them, for a time.
        """
        return self.context.accounts.of(ready, registered)

    async def prepare(
        self,
        registered: Sequence[Audience],
        lists: Sequence[tuple[Account, list[Audience]]],  # noqa: ARG002 - for a plan against another target
    ) -> None:
        """Bring the ledger up to date, in the transaction that is rolled back.

        Args:
            registered: every audience there is.
            lists: the account and the audiences of each list.
        """
        await prepare_ledger(self.context.warehouse, registered, now=self.context.now())

    async def left(self, registered: Sequence[Audience]) -> tuple[LeftBehind, ...]:
        """What stays on the lists in places that no audience names any more.

        Args:
            registered: every audience there is.

        Returns:
            An entry an audience and list, of the audiences that were asked for.
        """
        settings = self.context.settings
        chosen = filter_audiences(registered, settings.select, settings.exclude)
        return await left_behind(self.context.warehouse, chosen)

    async def read(self, account: Account, audiences: list[Audience]) -> ListSchema | Unread:
        """Read a list in Mailchimp.

        Args:
            account: whose list.
            audiences: of the list.

        Returns:
            The list, or why it cannot be read.
        """
        warehouse, list_id = self.context.warehouse, audiences[0].list_id
        try:
            return await account.read(account.client, warehouse, list_id, audiences)
        except LoaderError as error:
            return Unread(error)  # an exception that is returned would end the others too

    async def _dry_run(
        self, audiences: list[Audience], account: Account, remote: ListSchema | Unread
    ) -> list[AudiencePlan]:
        """The audiences of one list; those that a sync would not begin are said to be stopped."""
        if isinstance(remote, Unread):
            error = remote.error
            return [_unforeseen(one, str(error), error.exit_code) for one in audiences]
        context, run_id, now = self.context, str(uuid.uuid4()), self.context.now()
        list_sync = await open_list(context, account, audiences, run_id=run_id, now=now)
        queries = PlanQueries(context.warehouse, list_sync.list_id, run_id=run_id, now=now)
        dry_run = DryRun(list_sync=list_sync, plan_queries=queries, sample=self.sample)
        found = {one.audience: one for one in await dry_run.run(remote)}
        return [
            found[one.audience.name]
            if one.audience.name in found
            else _unforeseen(one.audience, one.report.message or "", one.report.exit_code)
            for one in list_sync.audience_syncs
        ]


def _unforeseen(audience: Audience, error: str, exit_code: int) -> AudiencePlan:
    return AudiencePlan(
        audience=audience.name, list_id=audience.list_id, error=error, exit_code=exit_code
    )
