"""One run from end to end: READ THIS FIRST.

Data goes one way: the warehouse streams what Mailchimp is owed, Mailchimp answers, the ledger keeps
the answers. Nothing here knows SQL or HTTP.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson

from loader.checks import check_segments_differ
from loader.errors import CredentialsRefused, Interrupted, LoaderError, WarehouseError
from loader.mailchimp.client import Client, connected
from loader.model import Audience, Outcome
from loader.pipeline.delivery import Delivery, Event, Tell
from loader.project import choose
from loader.pull.lists import read_list
from loader.pull.members import refresh_members
from loader.report import AudienceReport, RunReport
from loader.settings import Credentials, Patience, Settings, credentials
from loader.stream import Width
from loader.warehouse.connect import Warehouse
from loader.warehouse.ledger import Ledger, RunRow, fold_leftovers, known_segments
from loader.warehouse.members import Members
from loader.warehouse.registry import people_wanted, registered_audiences


def utc_now() -> datetime:
    """This machine's clock, in UTC without a zone, as the warehouse keeps times."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(kw_only=True)
class Account:
    """One Mailchimp user for the time of a run: ten connections, and the lists read so far."""

    client: Client
    width: Width
    contacts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One `loader sync`.

    Attributes:
        environment: where the credentials are.
        confirm: asks a person whether sending so many people of each audience again is meant.
        tell: hears about rows as they are answered.
        stopping: set when somebody asks the run to end.
        now: the time of day in UTC, without a zone.
    """

    warehouse: Warehouse
    settings: Settings
    environment: Mapping[str, str]
    report: RunReport
    stopping: asyncio.Event
    tell: Tell
    confirm: Callable[[dict[str, int]], None]
    patience: Patience = field(default_factory=Patience)
    now: Callable[[], datetime] = utc_now

    async def sync(self) -> RunReport:
        """Bring Mailchimp in step with the audiences, one after the other.

        Raises:
            LoaderError: nothing was sent, for the reason that it gives.
        """
        registered = await registered_audiences(self.warehouse)
        chosen = choose(registered, self.settings.select, self.settings.exclude)
        check_segments_differ(registered)
        ready = [audience for audience in chosen if audience.unsent_because is None]
        for audience in chosen:
            if audience.unsent_because is not None:
                self.report.leave_out(audience)
        keys = {one.account: credentials(one.account, self.environment) for one in ready}
        if self.settings.historical_refresh:
            self.confirm({one.name: await people_wanted(self.warehouse, one) for one in ready})
        await fold_leftovers(self.warehouse, now=self.now())
        async with AsyncExitStack() as stack:
            # two names for one key are one user, with ten connections in all
            accounts = {key: await self._account(stack, key) for key in set(keys.values())}
            for audience in ready:
                await self._audience(audience, accounts[keys[audience.account]])
        return self.report

    async def _account(self, stack: AsyncExitStack, key: Credentials) -> Account:
        width = Width(self.settings.connections)
        client = await stack.enter_async_context(
            connected(
                key,
                turn=width.turn,
                connections=self.settings.connections,
                patience=self.patience,
                stopping=self.stopping.is_set,
            )
        )
        return Account(client=client, width=width)

    async def _audience(self, audience: Audience, account: Account) -> None:
        """One audience, whatever becomes of it; the next one has its turn all the same."""
        report = AudienceReport(audience=audience.name, list_id=audience.list_id)
        self.report.audiences.append(report)
        ledger = Ledger(self.warehouse, audience, run_id=self.report.run_id, now=self.now())
        before = (account.client.requests, account.client.writes, account.client.retries)
        began = self.now()
        await ledger.start(options=self._options(), version=self.report.version)
        try:
            await self._deliver(audience, account, ledger, report)
        except WarehouseError:
            raise  # nothing more can be written down; the next run folds what was
        except LoaderError as error:
            report.stop(error.exit_code, str(error))
            if isinstance(error, CredentialsRefused):
                self.stopping.set()
        report.end()
        client = account.client
        report.requests = client.requests - before[0]
        report.writes = client.writes - before[1]
        report.retries = client.retries - before[2]
        report.width = account.width.busiest
        report.seconds = (self.now() - began).total_seconds()
        await ledger.fold()
        await ledger.finish(_row(report), now=self.now())
        self.tell(Event(kind="finished", audience=audience.name, rows=report.exit_code))

    async def _deliver(
        self, audience: Audience, account: Account, ledger: Ledger, report: AudienceReport
    ) -> None:
        if self.stopping.is_set():
            raise Interrupted("Not begun: the run was ended before. Run again.")
        client, list_id = account.client, audience.list_id
        remote = await read_list(client, list_id)
        if list_id not in account.contacts:
            account.contacts[list_id] = await refresh_members(
                client,
                Members(self.warehouse, list_id),
                list_id,
                workers=self.settings.connections,
                stopping=self.stopping,
            )
        delivery = Delivery(
            audience=audience,
            client=client,
            ledger=ledger,
            settings=self.settings,
            report=report,
            stopping=self.stopping,
            tell=self.tell,
        )
        known = await known_segments(self.warehouse, list_id)
        await delivery.run(remote, known, account.contacts[list_id])

    def _options(self) -> str:
        """The options that change what a run may do, for the record."""
        settings = self.settings
        names = ("historical_refresh", "retry_rejected", "first", "force_leave")
        return orjson.dumps([name for name in names if getattr(settings, name)]).decode()


def _row(report: AudienceReport) -> RunRow:
    return RunRow(
        **{outcome.value: report.total(outcome) for outcome in Outcome},
        counts=orjson.dumps(report.as_dict()["counts"]).decode(),
        requests=report.requests,
        writes=report.writes,
        retries=report.retries,
        width=report.width,
        exit_code=report.exit_code,
        message=report.message,
    )
