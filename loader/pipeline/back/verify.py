"""What a sync believes, compared with the lists as they are: `loader verify`."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from loader.audience import Audience
from loader.errors import LoaderError, WarehouseError
from loader.model import Tell
from loader.pipeline.accounts import Account, Accounts
from loader.pipeline.places import Places
from loader.pipeline.turns import audiences_to_send, in_reach
from loader.pull.catalogue import pull_segments, read_merge_fields
from loader.pull.contacts import pull_contacts
from loader.pull.lists import read_list_for
from loader.pull.pages import Reader
from loader.report import RunReport
from loader.settings import Patience, Settings, utc_now
from loader.stream import Makes
from loader.warehouse.connect import Warehouse
from loader.warehouse.folding import catch_up
from loader.warehouse.ledger import Ledger
from loader.warehouse.registry import require_table
from loader.warehouse.reports.drift import Drift
from loader.warehouse.shown import Pulled


@dataclass(kw_only=True)
class Verified:
    """What was found of one audience and list.

    Attributes:
        drift: a row each way to be out of step: kind, segment, drift, field, is_decided, contacts.
        people: some of them by address, with what was expected and found.
        is_healed: whether the ledger knows of it.
    """

    audience: str
    list_id: str
    drift: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    is_healed: bool = False
    message: str | None = None
    exit_code: int = 0


@dataclass(frozen=True, kw_only=True)
class Verification:
    """One `loader verify`: the lists are read whole, and nothing is written to Mailchimp.

    Attributes:
        environment: where the credentials are.
        report: takes what is not verified, and why.
        heals: whether the ledger is told.
        most: people to show of everything that is found; 0 shows none.
        tell: hears what is read.
    """

    warehouse: Warehouse
    settings: Settings
    environment: Mapping[str, str] = field(repr=False)
    report: RunReport
    heals: bool
    most: int
    stopping: asyncio.Event
    tell: Tell
    patience: Patience = field(default_factory=Patience)
    now: Callable[[], datetime] = utc_now

    async def run(self) -> list[Verified]:
        """Compare audience by audience; the next one has its turn whatever happens.

        Raises:
            LoaderError: nothing was compared, for the reason that it gives.
        """
        await require_table(self.warehouse, "loader_drift")
        registered, ready = await audiences_to_send(
            self.warehouse, self.settings, self.report, now=self.now()
        )
        accounts = Accounts(
            environment=self.environment,
            connections=self.settings.connections,
            patience=self.patience,
            stopping=self.stopping,
        )
        async with accounts.of(ready, registered) as opened:
            await catch_up(self.warehouse, registered, now=self.now())
            read: set[str] = set()
            return [
                await self._audience(one, opened[one.account], read)
                for one in in_reach(ready, opened, self.report)
            ]

    async def _audience(self, audience: Audience, account: Account, read: set[str]) -> Verified:
        found = Verified(audience=audience.name, list_id=audience.list_id)
        try:
            remote = await read_list_for(account.client, audience.list_id, [audience])
            if audience.list_id not in read:
                await self._read(account, audience.list_id, remote.name)
                read.add(audience.list_id)
            ledger = Ledger(self.warehouse, audience.list_id, run_id="", now=self.now())
            places = Places(account.client, audience, ledger, remote, {}, Makes())
            await self._compare(audience, places, found)
        except WarehouseError:
            raise
        except LoaderError as error:
            found.message, found.exit_code = str(error), error.exit_code
        return found

    async def _read(self, account: Account, list_id: str, name: str) -> None:
        """Read a list whole, with who is in its segments."""
        reader = Reader(
            client=account.client,
            workers=self.settings.connections,
            stopping=self.stopping,
            tell=self.tell,
            command="verify",
        )
        fields = await read_merge_fields(reader, self.warehouse, list_id, self.now())
        members = Pulled(self.warehouse, "mailchimp_members")
        contacts = reader.of(f"{name}: contacts")
        await pull_contacts(contacts, members, list_id, is_full=True)
        await fields.keep(self.warehouse, list_id)
        segments = reader.of(f"{name}: segments")
        await pull_segments(segments, self.warehouse, list_id, self.now())

    async def _compare(self, audience: Audience, places: Places, found: Verified) -> None:
        drift = Drift(self.warehouse, audience, now=self.now())
        await drift.find(await places.values())
        found.drift = await drift.counts()
        found.people = await drift.people(self.most) if self.most else []
        if found.drift and self.heals:
            await drift.heal()
        found.is_healed = self.heals
        found.exit_code = 1 if found.drift and not self.heals else 0
