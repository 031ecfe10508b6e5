"""What a sync or a retirement would do, without a write anywhere."""

import asyncio
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from loader.audience import Audience
from loader.errors import LoaderError, WarehouseError
from loader.forecast import Forecast
from loader.pipeline.accounts import Account, Accounts
from loader.pipeline.delivery import Delivery
from loader.pipeline.on_list import OnList
from loader.pipeline.rehearsal import Rehearsal
from loader.pipeline.retirement import foresee_retirement, old_places
from loader.pipeline.turns import audiences_to_send, by_list, in_reach
from loader.places import OldPlaces, RemoteList
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
    places_of,
    registered_audiences,
)
from loader.warehouse.reports.foresight import Foresight


@dataclass(frozen=True, slots=True)
class Unread:
    """A list that cannot be read, and why."""

    error: LoaderError


@dataclass(frozen=True, kw_only=True)
class Planning:
    """One `loader plan`, or `loader retire --plan`: rehearsed in the warehouse and undone.

    Attributes:
        environment: where the credentials are.
        report: takes what is not sent, and why, and what stays behind; its exit code is that of the
            plan.
        most: people to show of everything that is told; 0 shows none.
    """

    warehouse: Warehouse
    settings: Settings
    environment: Mapping[str, str] = field(repr=False)
    report: RunReport
    most: int
    patience: Patience = field(default_factory=Patience)
    now: Callable[[], datetime] = utc_now

    async def forecasts(self) -> list[Forecast]:
        """What a sync would do, audience by audience; those of one list are planned together.

        Only `mailchimp_members` changes: the lists are read, as every sync does.

        Raises:
            LoaderError: nothing could be foreseen, for the reason that it gives.
        """
        registered, ready = await audiences_to_send(
            self.warehouse, self.settings, self.report, now=self.now()
        )
        async with self.accounts.of(ready, registered) as opened:
            ready = in_reach(ready, opened, self.report)
            found = await self.foresee(ready, opened, registered)
        chosen = choose(registered, self.settings.select, self.settings.exclude)
        self.report.left_behind = await left_behind(self.warehouse, chosen)
        self.report.audiences += [
            AudienceReport(audience=one.audience, list_id=one.list_id, exit_code=one.exit_code)
            for one in found
        ]
        return found

    async def foresee(
        self,
        audiences: Sequence[Audience],
        accounts: Mapping[str, Account],
        registered: Sequence[Audience],
    ) -> list[Forecast]:
        """What a sync would do with these audiences, whose accounts are open.

        Raises:
            LoaderError: the warehouse failed.
        """
        lists = by_list(audiences, accounts)
        read = await together([self._read(*one) for one in lists])
        async with self.warehouse.rehearsal():
            await catch_up(self.warehouse, registered, now=self.now())
            found = [
                forecast
                for (account, own), there in zip(lists, read, strict=True)
                for forecast in await self._rehearse(own, account, there)
            ]
        order = {(one.name, one.list_id): place for place, one in enumerate(audiences)}
        return sorted(found, key=lambda one: order[one.audience, one.list_id])

    async def retirement(self, name: str, on_leave: str | None) -> None:
        """What `loader retire` would take out of places that a model does not name any more.

        The report has it as if Mailchimp had accepted everything, and says what would stop it.

        Raises:
            LoaderError: nothing could be foreseen, for the reason that it gives.
        """
        registered = await registered_audiences(self.warehouse)
        async with self.warehouse.rehearsal():
            await catch_up(self.warehouse, registered, now=self.now())
            filled = await places_of(self.warehouse, name)
        found = old_places(registered, name, filled, on_leave)
        async with self.accounts.of([one.audience for one in found], registered) as accounts:
            for places in found:
                account = accounts[places.audience.account]
                if account.fault is not None:
                    raise account.fault
                read = await self._read(account, [places.audience])
                async with self.warehouse.rehearsal():
                    await catch_up(self.warehouse, registered, now=self.now())
                    await self._retired(places, account, read)

    async def _retired(
        self, places: OldPlaces, account: Account, read: RemoteList | Unread
    ) -> None:
        run_id = str(uuid.uuid4())
        on_list = await self._on_list([places.audience], account, run_id, self.now())
        (one,) = on_list.deliveries
        self.report.audiences.append(one.report)
        try:
            if isinstance(read, Unread):
                raise read.error
            await foresee_retirement(on_list, remote=read, places=places)
        except WarehouseError:
            raise
        except LoaderError as error:
            one.stop(error)

    @property
    def accounts(self) -> Accounts:
        """What opens the accounts of audiences."""
        return Accounts(
            environment=self.environment,
            connections=self.settings.connections,
            patience=self.patience,
            stopping=asyncio.Event(),
        )

    async def _read(self, account: Account, audiences: list[Audience]) -> RemoteList | Unread:
        try:
            return await account.read(
                account.client, self.warehouse, audiences[0].list_id, audiences
            )
        except LoaderError as error:
            return Unread(error)  # an exception that is returned would end the others too

    async def _rehearse(
        self, audiences: list[Audience], account: Account, read: RemoteList | Unread
    ) -> list[Forecast]:
        """The audiences of one list; those that a sync would not begin are said to be stopped."""
        if isinstance(read, Unread):
            return [_unforeseen(one, str(read.error), read.error.exit_code) for one in audiences]
        rehearsal = await self._rehearsal(audiences, account)
        found = {one.audience: one for one in await rehearsal.foresee(read)}
        return [
            found[one.audience.name]
            if one.audience.name in found
            else _unforeseen(one.audience, one.report.message or "", one.report.exit_code)
            for one in rehearsal.on_list.deliveries
        ]

    async def _rehearsal(self, audiences: list[Audience], account: Account) -> Rehearsal:
        run_id, now, list_id = str(uuid.uuid4()), self.now(), audiences[0].list_id
        on_list = await self._on_list(audiences, account, run_id, now)
        foresight = Foresight(self.warehouse, list_id, run_id=run_id, now=now)
        return Rehearsal(on_list=on_list, foresight=foresight, most=self.most)

    async def _on_list(
        self, audiences: list[Audience], account: Account, run_id: str, now: datetime
    ) -> OnList:
        list_id = audiences[0].list_id
        deliveries = [
            Delivery(
                audience=one,
                registered=account.registered,
                client=account.client,
                settings=self.settings,
                report=AudienceReport(audience=one.name, list_id=list_id),
                tell=lambda _: None,
            )
            for one in audiences
        ]
        return OnList(
            list_id=list_id,
            deliveries=deliveries,
            known=await known_segments(self.warehouse, list_id),
            plan=ListPlan(self.warehouse, list_id, run_id=run_id, now=now),
            ledger=Ledger(self.warehouse, list_id, run_id=run_id, now=now),
            settings=self.settings,
            stopping=account.stopping,
        )


def _unforeseen(audience: Audience, error: str, exit_code: int) -> Forecast:
    return Forecast(
        audience=audience.name, list_id=audience.list_id, error=error, exit_code=exit_code
    )
