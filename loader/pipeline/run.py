"""One run from end to end: READ THIS FIRST.

Data goes one way: the warehouse streams what Mailchimp is owed, Mailchimp answers, the ledger keeps
the answers. Nothing here knows SQL or HTTP.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Protocol

import orjson

from loader.audience import Audience
from loader.checks.targets import check_target
from loader.errors import (
    Interrupted,
    ListNotThere,
    LoaderError,
    MailchimpError,
    WarehouseError,
)
from loader.model import Outcome, Tell
from loader.pipeline.accounts import Account, Accounts
from loader.pipeline.delivery import Delivery
from loader.pipeline.on_list import OnList
from loader.pipeline.retirement import old_places, retire
from loader.pipeline.turns import audiences_to_send, by_list, in_reach, sendable
from loader.places import KnownSegment, RemoteList
from loader.project import choose
from loader.report import AudienceReport, RunReport
from loader.settings import Patience, Settings, utc_now
from loader.stream import together
from loader.warehouse.connect import Warehouse
from loader.warehouse.folding import catch_up
from loader.warehouse.ledger import Ledger
from loader.warehouse.plans import ListPlan
from loader.warehouse.registry import (
    known_segments,
    left_behind,
    people_wanted,
    places_of,
    registered_audiences,
)
from loader.warehouse.reports.runs import RunRow


class Begin(Protocol):
    """What is done on a list, when it has been read."""

    async def __call__(self, on_list: OnList, /, *, remote: RemoteList) -> None:
        """Do it."""
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
        """Bring Mailchimp in step with the audiences, the lists side by side.

        Raises:
            LoaderError: nothing was sent, for the reason that it gives.
        """
        registered, ready = await audiences_to_send(
            self.warehouse, self.settings, self.report, now=self.now()
        )
        ready = sendable(ready, self.settings.target, self.report)
        async with self._accounts.of(ready, registered) as accounts:
            ready = in_reach(ready, accounts, self.report)
            if self.settings.historical_refresh:
                self.confirm({one.name: await people_wanted(self.warehouse, one) for one in ready})
            await catch_up(self.warehouse, registered, now=self.now())
            await together(
                [
                    self._list(audiences, account, OnList.run)
                    for account, audiences in by_list(ready, accounts)
                ]
            )
        chosen = choose(registered, self.settings.select, self.settings.exclude)
        self.report.left_behind = await left_behind(self.warehouse, chosen)
        order = {(one.name, one.list_id): place for place, one in enumerate(ready)}
        self.report.audiences.sort(key=lambda one: order[one.audience, one.list_id])
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
        await catch_up(self.warehouse, registered, now=self.now())
        filled = await places_of(self.warehouse, name)
        found = old_places(registered, name, filled, on_leave)
        for places in found:
            check_target(places.audience, self.settings.target)
        for places in found:
            old = places.audience
            async with self._accounts.of([old], registered) as accounts:
                if (fault := accounts[old.account].fault) is not None:
                    raise fault
                begin = partial(retire, places=places)
                await self._list(
                    [old], accounts[old.account], begin, is_list_deleted=is_list_deleted
                )
        own = [one for one in registered if one.name == name]
        self.report.left_behind = await left_behind(self.warehouse, own)
        return self.report

    @property
    def _accounts(self) -> Accounts:
        return Accounts(
            environment=self.environment,
            connections=self.settings.connections,
            patience=self.patience,
            stopping=self.stopping,
        )

    async def _list(
        self,
        audiences: Sequence[Audience],
        account: Account,
        begin: Begin,
        *,
        is_list_deleted: bool = False,
    ) -> None:
        """The audiences of one list, whatever becomes of them, beside those of other lists."""
        async with self.warehouse.beside() as warehouse:
            beside = replace(self, warehouse=warehouse)
            await beside.deliver(audiences, account, begin, is_list_deleted=is_list_deleted)

    async def deliver(
        self,
        audiences: Sequence[Audience],
        account: Account,
        begin: Begin,
        *,
        is_list_deleted: bool,
    ) -> None:
        """Do something on one list for some audiences, and write down what became of each.

        Raises:
            WarehouseError: nothing more can be written down; the next run folds what was.
        """
        known = await known_segments(self.warehouse, audiences[0].list_id)
        began = self.now()
        deliveries = [self._delivery(one, account) for one in audiences]
        self.report.audiences += [one.report for one in deliveries]
        on_list = self._on_list(deliveries, known, began)
        options = self._options(begin)
        await on_list.ledger.start(audiences, options=options, version=self.report.version)
        try:
            await self._begin(on_list, account, begin, is_list_deleted=is_list_deleted)
        except WarehouseError:
            raise  # nothing more can be written down; the next run folds what was
        except LoaderError as error:
            for one in on_list.going:
                on_list.stop(one, error)
        await on_list.plan.drop()
        await on_list.ledger.fold(audiences)
        await self._identify(on_list, account)
        ended = self.now()
        for one in deliveries:
            one.report.end()
            one.report.count(one.client.counted)
            one.report.width = account.width.busiest
            one.report.seconds = (ended - began).total_seconds()
        rows = {one.audience.name: _row(one.report) for one in deliveries}
        await on_list.ledger.finish(rows, now=ended)
        for one in deliveries:
            one.say("finished", one.report.exit_code)

    def _delivery(self, audience: Audience, account: Account) -> Delivery:
        return Delivery(
            audience=audience,
            registered=account.registered,
            client=account.client.counting(),
            settings=self.settings,
            report=AudienceReport(audience=audience.name, list_id=audience.list_id),
            tell=self.tell,
        )

    def _on_list(
        self, deliveries: Sequence[Delivery], known: Mapping[str, KnownSegment], now: datetime
    ) -> OnList:
        list_id, run_id = deliveries[0].audience.list_id, self.report.run_id
        return OnList(
            list_id=list_id,
            deliveries=deliveries,
            known=known,
            plan=ListPlan(self.warehouse, list_id, run_id=run_id, now=now),
            ledger=Ledger(self.warehouse, list_id, run_id=run_id, now=now),
            settings=self.settings,
            stopping=self.stopping,
        )

    async def _begin(
        self, on_list: OnList, account: Account, begin: Begin, *, is_list_deleted: bool
    ) -> None:
        if self.stopping.is_set():
            raise Interrupted("Not begun: the run was ended before. Run again.")
        first, audiences = on_list.deliveries[0], [one.audience for one in on_list.deliveries]
        try:
            remote = await account.read(first.client, self.warehouse, on_list.list_id, audiences)
        except ListNotThere:
            if not is_list_deleted:
                raise
            for audience in audiences:
                await on_list.ledger.let_go_of_list(audience)
            return
        await begin(on_list, remote=remote)

    async def _identify(self, on_list: OnList, account: Account) -> None:
        """Read who was put on the list, to know them by their `contact_id` from now on.

        Somebody may change their address in Mailchimp before the next run, which would not find
        them any more. Where they cannot be read now, the next run reads them.
        """
        is_wanted = on_list.going and not self.stopping.is_set()
        if is_wanted and await on_list.ledger.has_put_somebody_unknown():
            client = on_list.deliveries[0].client
            with suppress(MailchimpError, Interrupted):
                await account.read_contacts(client, self.warehouse, on_list.list_id)

    def _options(self, begin: Begin) -> str:
        """What changes what a run may do, for the record."""
        settings = self.settings
        names = ("historical_refresh", "retry_rejected", "first", "force_leave", "due")
        given = [name for name in names if getattr(settings, name)]
        return orjson.dumps([*(["retire"] if begin is not OnList.run else []), *given]).decode()


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
