"""One plan of a pull request's build against what another target knows, which is only read."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from loader.commands.plan.command import PlanRun, Unread
from loader.commands.plan.plan_report import AudiencePlan
from loader.model.audience import Audience
from loader.model.list_schema import LeftBehind, ListSchema
from loader.model.settings import has_credentials
from loader.session.accounts import Account
from loader.session.dbt_target import Target, filter_audiences
from loader.warehouse.other_target import OtherTarget


async def plan_against(
    run: PlanRun, other: Target, *, wait: float, tell: Callable[[str], None]
) -> tuple[list[AudiencePlan], list[str]]:
    """Plan the build of one target against what another one knows.

    Args:
        run: the plan of this target.
        other: the other target of the same profile.
        wait: seconds to wait for its file, at the most.
        tell: hears who holds it.

    Returns:
        A plan for each audience and list, and sentences on what they stand on.

    Raises:
        LoaderError: nothing could be planned, for the reason that it gives.
    """
    context = run.context
    reading = context.warehouse.reading(other.settings, other.folder, wait=wait, tell=tell)
    async with reading as database:
        beside = OtherTarget(context.warehouse, database, other.schema, other.name)
        # what would stop a sync is what would stop it there
        there = replace(context, settings=replace(context.settings, target=other.name))
        against = PlanAgainst(context=there, report=run.report, sample=run.sample, other=beside)
        return await against.run(), against.notes


@dataclass(frozen=True, kw_only=True)
class PlanAgainst(PlanRun):
    """One `loader plan --against`.

    The audiences are those that this target has built. Ledger, contacts and everything else that
    syncs and pulls have learnt are the other target's, in a transaction that is rolled back.
    Mailchimp is asked where there are credentials.

    Attributes:
        other: the other target.
        notes: says what the plan stands on.
    """

    other: OtherTarget
    notes: list[str] = field(default_factory=list)
    _behind: list[LeftBehind] = field(default_factory=list)
    _unasked: list[Account] = field(default_factory=list)

    async def select(self) -> tuple[list[Audience], list[Audience]]:
        """The audiences of this target, with the pauses of the other one.

        Returns:
            Every audience that is registered, and those that have their turn.
        """
        await self.other.check()
        registered, ready = await super().select()
        registered = await self.other.paused_there(registered)
        keys = {(one.name, one.list_id) for one in ready}
        return registered, [one for one in registered if (one.name, one.list_id) in keys]

    @asynccontextmanager
    async def open_accounts(
        self, ready: Sequence[Audience], registered: Sequence[Audience]
    ) -> AsyncIterator[Mapping[str, Account]]:
        """The accounts of the audiences; one without credentials is asked nothing.

        Args:
            ready: the audiences that are planned.
            registered: every audience there is.

        Yields:
            The accounts by the names that audiences have for them.
        """
        accounts, environment = self.context.accounts, self.context.environment
        asked = [one for one in ready if has_credentials(one.account, environment)]
        unasked = sorted({one.account for one in ready} - {one.account for one in asked})
        async with accounts.of(asked, registered) as opened, accounts.unasked(registered) as nobody:
            self._unasked.append(nobody)
            self.notes.append(self._note(unasked, is_any_asked=bool(asked)))
            yield {**opened, **dict.fromkeys(unasked, nobody)}

    async def read(self, account: Account, audiences: list[Audience]) -> ListSchema | Unread:
        """A list in Mailchimp, or as the other target has seen it last.

        Args:
            account: whose list.
            audiences: of the list.

        Returns:
            The list, or why it cannot be read.
        """
        if account in self._unasked:
            return await self.other.assumed_list(audiences[0].list_id, audiences)
        return await super().read(account, audiences)

    async def prepare(
        self,
        registered: Sequence[Audience],
        lists: Sequence[tuple[Account, list[Audience]]],
    ) -> None:
        """Put what the other target knows in the place of what this one does.

        Args:
            registered: every audience of this target.
            lists: the account and the audiences of each list.
        """
        read = [own[0].list_id for account, own in lists if account not in self._unasked]
        await self.other.stand_in(registered, read, self.context.now())
        settings = self.context.settings
        chosen = filter_audiences(registered, settings.select, settings.exclude)
        self._behind.extend(await self.other.left_behind(chosen))

    async def left(self, registered: Sequence[Audience]) -> tuple[LeftBehind, ...]:  # noqa: ARG002 - seen while the other's state was here
        """What stays on the lists, also of audiences that this build has not.

        Args:
            registered: every audience of this target.

        Returns:
            An entry an audience and list.
        """
        return tuple(self._behind)

    def _note(self, unasked: Sequence[str], *, is_any_asked: bool) -> str:
        said = (
            f"Planned against the target {self.other.name}: what this build would do to the lists"
            " after a merge."
        )
        if unasked:
            of = f" for the account {', '.join(unasked)}" if is_any_asked else ""
            said += (
                f" There are no credentials{of}, so Mailchimp was not asked: the contacts are those"
                f" that {self.other.name} read last."
            )
        return said
