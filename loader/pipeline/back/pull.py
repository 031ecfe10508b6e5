"""Mailchimp into the warehouse: lists, contacts, campaigns and what became of them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from loader.errors import ConfigurationError, LoaderError, NotThere, WarehouseError
from loader.model import Tell
from loader.pipeline.accounts import Account, Accounts
from loader.pull.campaigns import (
    has_moved,
    pull_campaigns,
    pull_complaints,
    pull_events,
    read_reports,
)
from loader.pull.catalogue import pull_list, pull_segments, read_merge_fields
from loader.pull.contacts import pull_contacts
from loader.pull.lists import read_lists
from loader.pull.pages import Reader
from loader.settings import MAX_CONNECTIONS, Patience, utc_now
from loader.warehouse.connect import Warehouse
from loader.warehouse.registry import require_table
from loader.warehouse.shown import Pulled

GONE = "The account does not show it any more; what was pulled of it stays."


@dataclass(kw_only=True)
class PulledList:
    """What one pull brought of a list."""

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
class Pull:
    """One `loader pull` of one account.

    Attributes:
        select: ids or names of lists; none means all of the account.
        since: contacts that changed after this moment, when it is before the last pull.
        statuses: contacts in these alone; none means all.
        is_full: contacts whatever was pulled before, and those who are gone are taken out.
        tell: hears what is read.
    """

    warehouse: Warehouse
    environment: Mapping[str, str] = field(repr=False)
    account: str
    select: tuple[str, ...]
    since: datetime | None
    statuses: tuple[str, ...]
    is_full: bool
    stopping: asyncio.Event
    tell: Tell
    connections: int = MAX_CONNECTIONS
    patience: Patience = field(default_factory=Patience)

    async def run(self) -> list[PulledList]:
        """Bring the tables up to date, list by list; the next one has its turn whatever happens.

        Raises:
            LoaderError: nothing was pulled, for the reason that it gives.
        """
        await require_table(self.warehouse, "mailchimp_events")
        accounts = Accounts(
            environment=self.environment,
            connections=self.connections,
            patience=self.patience,
            stopping=self.stopping,
        )
        async with accounts.named(self.account) as account:
            reader = Reader(
                client=account.client,
                workers=self.connections,
                stopping=self.stopping,
                tell=self.tell,
            )
            shown = await read_lists(account.client)
            reports = await read_reports(reader)
            found = [
                await self._list(reader, account, one, reports)
                for one in chosen(shown, self.select)
            ]
            return [*found, *([] if self.select else await self._gone(shown))]

    async def _gone(self, shown: list[dict[str, Any]]) -> list[PulledList]:
        """Lists that were pulled of this account, and that it does not show any more."""
        known = await Pulled(self.warehouse, "mailchimp_lists").ask(
            "registry/lists", account=self.account
        )
        there = {one["id"] for one in shown}
        return [
            PulledList(list_id=one["list_id"], name=one["name"], message=GONE)
            for one in known
            if one["list_id"] not in there
        ]

    async def _list(
        self, reader: Reader, account: Account, shown: dict[str, Any], reports: Mapping[str, str]
    ) -> PulledList:
        found = PulledList(list_id=shown["id"], name=shown["name"])
        before = account.client.requests
        try:
            await self._pull(reader, shown, reports, found)
        except WarehouseError:
            raise
        except NotThere:
            found.message, found.exit_code = GONE, NotThere.exit_code
        except LoaderError as error:
            found.message, found.exit_code = str(error), error.exit_code
        found.requests = account.client.requests - before
        return found

    async def _pull(
        self,
        reader: Reader,
        shown: dict[str, Any],
        reports: Mapping[str, str],
        found: PulledList,
    ) -> None:
        list_id, now = found.list_id, utc_now()
        await pull_list(self.warehouse, self.account, shown, now)
        fields = await read_merge_fields(reader, self.warehouse, list_id, now)
        members = Pulled(self.warehouse, "mailchimp_members")
        found.contacts = await pull_contacts(
            reader.of(f"{found.name}: contacts"),
            members,
            list_id,
            since=self.since,
            statuses=self.statuses,
            is_full=self.is_full or (fields.are_others and not self.statuses),
        )
        if not self.statuses:
            await fields.keep(self.warehouse, list_id)
        found.segment_members = await pull_segments(
            reader.of(f"{found.name}: segments"), self.warehouse, list_id, now
        )
        known = await pull_campaigns(
            reader, Pulled(self.warehouse, "mailchimp_campaigns"), list_id, reports
        )
        found.campaigns = len(known)
        await self._complaints(reader, found)
        for campaign in filter(has_moved, known):
            await self._events(reader.of(f"{found.name}: events"), campaign, found)

    async def _complaints(self, reader: Reader, found: PulledList) -> None:
        events = Pulled(self.warehouse, "mailchimp_events")
        try:
            found.complaints = await pull_complaints(reader, events, found.list_id)
        except NotThere:
            found.not_ready += 1  # what was known of them stays

    async def _events(self, reader: Reader, campaign: dict[str, Any], found: PulledList) -> None:
        try:
            await pull_events(reader, Pulled(self.warehouse, "mailchimp_events"), campaign)
        except NotThere:
            found.not_ready += 1  # its report comes later, or the campaign was deleted
            return
        found.campaigns_read += 1


def chosen(shown: list[dict[str, Any]], select: tuple[str, ...]) -> list[dict[str, Any]]:
    """The lists of an account that are named, by id or name.

    Raises:
        ConfigurationError: there is no such list.
    """
    for name in select:
        if not any(name in (one["id"], one["name"]) for one in shown):
            there = ", ".join(f"{one['id']} ({one['name']})" for one in shown) or "none"
            raise ConfigurationError(f"The account has no list '{name}'. It has: {there}.")
    return [one for one in shown if not select or one["id"] in select or one["name"] in select]
