"""Mailchimp into the warehouse: lists, contacts, campaigns and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from loader.commands.pull.campaigns import (
    has_new_events,
    pull_campaigns,
    pull_complaints,
    pull_events,
    read_reports,
)
from loader.commands.pull.list_metadata import pull_list, pull_segments, read_merge_fields
from loader.commands.pull.member_details import pull_contacts
from loader.extract.list_schema import read_lists
from loader.extract.pagination import Reader
from loader.model.errors import ConfigurationError, LoaderError, NotFound, WarehouseError
from loader.model.settings import utc_now
from loader.session.accounts import Account
from loader.session.context import RunContext
from loader.warehouse.registry import require_table
from loader.warehouse.staging import StagedTable

GONE = "The account no longer has this list. What was pulled of it is kept."


@dataclass(kw_only=True)
class PulledList:
    """What one pull brought of a list.

    Attributes:
        list_id: as Mailchimp gives it.
        name: as Mailchimp shows it.
        contacts: that were read.
        segment_members: that were read, each once a segment.
        campaigns: that were sent to the list.
        campaigns_read: those whose events were read.
        complaints: that there are.
        not_ready: reports that were not there yet.
        requests: that it took.
        message: why it ended before its time.
        exit_code: of the list.
    """

    list_id: str
    name: str
    contacts: int = 0
    segment_members: int = 0
    campaigns: int = 0
    campaigns_read: int = 0
    complaints: int = 0
    not_ready: int = 0
    requests: int = 0
    message: str | None = None
    exit_code: int = 0


@dataclass(frozen=True, kw_only=True)
class PullRun:
    """One `loader pull` of one account.

    Attributes:
        select: ids or names of lists; none means all of the account.
        since: contacts that changed after this moment, when it is before the last pull.
        statuses: contacts in these alone; none means all.
        is_full: contacts whatever was pulled before, and those who are gone are taken out.
    """

    context: RunContext
    account: str
    select: tuple[str, ...]
    since: datetime | None
    statuses: tuple[str, ...]
    is_full: bool

    async def run(self) -> list[PulledList]:
        """Bring the tables up to date, list by list; the next one has its turn whatever happens.

        Returns:
            What became of each list, those that the account does not show any more behind the
            others.

        Raises:
            LoaderError: nothing was pulled, for the reason that it gives.
        """
        context = self.context
        await require_table(context.warehouse, "mailchimp_events")
        async with context.accounts.named(self.account) as account:
            reader = Reader(
                client=account.client,
                workers=context.settings.connections,
                stopping=context.stopping,
                on_progress=context.on_progress,
            )
            shown = await read_lists(account.client)
            # one reading for all lists: what has not moved needs no reading of its events
            reports = await read_reports(reader)
            found = [
                await self._pull_list(reader, account, one, reports)
                for one in chosen(shown, self.select)
            ]
            return [*found, *([] if self.select else await self._vanished(shown))]

    async def _vanished(self, shown: list[dict[str, Any]]) -> list[PulledList]:
        """Lists that were pulled of this account, and that it does not show any more."""
        known = await StagedTable(self.context.warehouse, "mailchimp_lists").query(
            "pull/known_lists", account=self.account
        )
        there = {one["id"] for one in shown}
        return [
            PulledList(list_id=one["list_id"], name=one["name"], message=GONE)
            for one in known
            if one["list_id"] not in there
        ]

    async def _pull_list(
        self, reader: Reader, account: Account, shown: dict[str, Any], reports: Mapping[str, str]
    ) -> PulledList:
        found = PulledList(list_id=shown["id"], name=shown["name"])
        before = account.client.requests
        try:
            await self._read_list(reader, shown, reports, found)
        except WarehouseError:
            raise
        except NotFound:
            found.message, found.exit_code = GONE, NotFound.exit_code
        except LoaderError as error:
            found.message, found.exit_code = str(error), error.exit_code
        found.requests = account.client.requests - before
        return found

    async def _read_list(
        self,
        reader: Reader,
        shown: dict[str, Any],
        reports: Mapping[str, str],
        found: PulledList,
    ) -> None:
        list_id, now = found.list_id, utc_now()
        await pull_list(self.context.warehouse, self.account, shown, now)
        fields = await read_merge_fields(reader, self.context.warehouse, list_id, now)
        members = StagedTable(self.context.warehouse, "mailchimp_members")
        found.contacts = await pull_contacts(
            reader.with_label(f"{found.name}: contacts", list_id),
            members,
            list_id,
            since=self.since,
            statuses=self.statuses,
            is_full=self.is_full or (fields.are_others and not self.statuses),
        )
        # after a pull of some statuses the others still have the values of before
        if not self.statuses:
            await fields.keep(self.context.warehouse, list_id)
        found.segment_members = await pull_segments(
            reader.with_label(f"{found.name}: segments", list_id),
            self.context.warehouse,
            list_id,
            now,
        )
        known = await pull_campaigns(
            reader, StagedTable(self.context.warehouse, "mailchimp_campaigns"), list_id, reports
        )
        found.campaigns = len(known)
        await self._complaints(reader, found)
        for campaign in filter(has_new_events, known):
            await self._events(
                reader.with_label(f"{found.name}: events", found.list_id), campaign, found
            )

    async def _complaints(self, reader: Reader, found: PulledList) -> None:
        events = StagedTable(self.context.warehouse, "mailchimp_events")
        try:
            found.complaints = await pull_complaints(reader, events, found.list_id)
        except NotFound:
            found.not_ready += 1  # what was known of them stays

    async def _events(self, reader: Reader, campaign: dict[str, Any], found: PulledList) -> None:
        try:
            await pull_events(
                reader, StagedTable(self.context.warehouse, "mailchimp_events"), campaign
            )
        except NotFound:
            found.not_ready += 1  # its report comes later, or the campaign was deleted
            return
        found.campaigns_read += 1


def chosen(shown: list[dict[str, Any]], select: tuple[str, ...]) -> list[dict[str, Any]]:
    """The lists of an account that are named, by id or name.

    Args:
        shown: the lists of the account.
        select: ids or names; none is all.

    Returns:
        Those of `shown`, in their order.

    Raises:
        ConfigurationError: there is no such list.
    """
    for name in select:
        if not any(name in (one["id"], one["name"]) for one in shown):
            there = ", ".join(f"{one['id']} ({one['name']})" for one in shown) or "none"
            raise ConfigurationError(f"The account has no list '{name}'. It has: {there}.")
    return [one for one in shown if not select or one["id"] in select or one["name"] in select]
