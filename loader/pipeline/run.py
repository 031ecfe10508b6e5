"""One run from end to end: READ THIS FIRST.

Data goes one way: the warehouse streams what Mailchimp is owed, Mailchimp answers, the ledger keeps
the answers. Nothing here knows SQL or HTTP.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Protocol

import orjson

from loader.audience import Audience
from loader.errors import (
    CredentialsRefused,
    Interrupted,
    ListNotThere,
    LoaderError,
    Unanswered,
    WarehouseError,
)
from loader.model import Event, Outcome, Tell
from loader.pipeline.accounts import Account, Accounts
from loader.pipeline.delivery import STOPPED, Delivery
from loader.pipeline.retirement import old_places, retire
from loader.pipeline.turns import audiences_to_send
from loader.places import KnownSegment, RemoteList
from loader.pull.lists import read_list_for
from loader.report import AudienceReport, RunReport
from loader.settings import Patience, Settings, utc_now
from loader.warehouse.connect import Warehouse
from loader.warehouse.folding import fold_leftovers
from loader.warehouse.ledger import Ledger
from loader.warehouse.registry import known_segments, people_wanted, places_of, registered_audiences
from loader.warehouse.reports.runs import RunRow


class Begin(Protocol):
    """What is done with an audience on its list, when both have been read."""

    async def __call__(
        self,
        delivery: Delivery,
        /,
        *,
        remote: RemoteList,
        known: dict[str, KnownSegment],
        contacts: int,
    ) -> None:
        """Do it; `contacts` is how many the list had before this run."""
        ...


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
    environment: Mapping[str, str] = field(repr=False)
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
        registered, ready = await audiences_to_send(
            self.warehouse, self.settings, self.report, now=self.now()
        )
        async with self._accounts.of(ready, registered) as accounts:
            if self.settings.historical_refresh:
                self.confirm({one.name: await people_wanted(self.warehouse, one) for one in ready})
            await fold_leftovers(self.warehouse, now=self.now())
            for audience in ready:
                await self._audience(audience, accounts[audience.account], Delivery.run)
        return self.report

    async def retire(
        self, name: str, on_leave: str | None, *, is_list_deleted: bool = False
    ) -> RunReport:
        """Take out what an audience put in places that its model does not name any more.

        Of a list that is gone nothing can be taken out. That it was deleted has to be said: with
        the key of another account it would look the same.

        Raises:
            LoaderError: nothing was sent, for the reason that it gives.
        """
        registered = await registered_audiences(self.warehouse)
        await fold_leftovers(self.warehouse, now=self.now())
        filled = await places_of(self.warehouse, name)
        for places in old_places(registered, name, filled, on_leave):
            old = places.audience
            async with self._accounts.of([old], registered) as accounts:
                begin = partial(retire, places=places)
                await self._audience(
                    old, accounts[old.account], begin, is_list_deleted=is_list_deleted
                )
        return self.report

    @property
    def _accounts(self) -> Accounts:
        return Accounts(
            environment=self.environment,
            connections=self.settings.connections,
            patience=self.patience,
            stopping=self.stopping,
        )

    async def _audience(
        self, audience: Audience, account: Account, begin: Begin, *, is_list_deleted: bool = False
    ) -> None:
        """One audience, whatever becomes of it; the next one has its turn all the same."""
        report = AudienceReport(audience=audience.name, list_id=audience.list_id)
        self.report.audiences.append(report)
        ledger = Ledger(self.warehouse, audience, run_id=self.report.run_id, now=self.now())
        before = account.client.counted
        began = self.now()
        await ledger.start(options=self._options(begin), version=self.report.version)
        delivery = self._delivery(audience, account, ledger, report)
        try:
            await self._deliver(delivery, account, begin, is_list_deleted=is_list_deleted)
        except WarehouseError:
            raise  # nothing more can be written down; the next run folds what was
        except LoaderError as error:
            is_asked = self.stopping.is_set() and isinstance(error, Unanswered)
            said = Interrupted(STOPPED) if is_asked else error
            report.stop(said.exit_code, str(said))
            if isinstance(error, CredentialsRefused):
                self.stopping.set()
        report.end()
        report.count(account.client.counted, before)
        report.width = account.width.busiest
        report.seconds = (self.now() - began).total_seconds()
        await ledger.fold()
        await ledger.finish(_row(report), now=self.now())
        self.tell(Event(kind="finished", subject=audience.name, rows=report.exit_code))

    def _delivery(
        self, audience: Audience, account: Account, ledger: Ledger, report: AudienceReport
    ) -> Delivery:
        return Delivery(
            audience=audience,
            registered=account.registered,
            client=account.client,
            ledger=ledger,
            settings=self.settings,
            report=report,
            stopping=self.stopping,
            tell=self.tell,
        )

    async def _deliver(
        self, delivery: Delivery, account: Account, begin: Begin, *, is_list_deleted: bool
    ) -> None:
        if self.stopping.is_set():
            raise Interrupted("Not begun: the run was ended before. Run again.")
        list_id = delivery.audience.list_id
        try:
            remote = await read_list_for(account.client, delivery.audience)
        except ListNotThere:
            if not is_list_deleted:
                raise
            await delivery.ledger.let_go_of_list()
            return
        contacts = await account.contacts_of(self.warehouse, list_id)
        known = await known_segments(self.warehouse, list_id)
        await begin(delivery, remote=remote, known=known, contacts=contacts)

    def _options(self, begin: Begin) -> str:
        """What changes what a run may do, for the record."""
        settings = self.settings
        names = ("historical_refresh", "retry_rejected", "first", "force_leave", "due")
        given = [name for name in names if getattr(settings, name)]
        return orjson.dumps([*(["retire"] if begin is not Delivery.run else []), *given]).decode()


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
