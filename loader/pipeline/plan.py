"""What a sync would do with every audience, without a write anywhere."""

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from loader.audience import Audience
from loader.errors import LoaderError, WarehouseError
from loader.forecast import Forecast
from loader.pipeline.accounts import Account, Accounts
from loader.pipeline.delivery import Delivery
from loader.pipeline.rehearsal import Rehearsal
from loader.pipeline.turns import audiences_to_send
from loader.places import RemoteList
from loader.pull.lists import read_list_for
from loader.report import AudienceReport, RunReport
from loader.settings import Patience, Settings, utc_now
from loader.warehouse.connect import Warehouse
from loader.warehouse.folding import fold_leftovers
from loader.warehouse.ledger import Ledger
from loader.warehouse.registry import known_segments
from loader.warehouse.reports.foresight import Foresight

Read = tuple[RemoteList, int]  # a list, and how many contacts it has


@dataclass(frozen=True, kw_only=True)
class Planning:
    """One `loader plan`: a sync that is rehearsed in the warehouse and undone.

    Attributes:
        environment: where the credentials are.
        report: takes what is not sent, and why; its exit code is that of the plan.
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
        """What a sync would do, audience by audience; each sees what those before it would do.

        Only `mailchimp_members` changes: the lists are read, as every sync does.

        Raises:
            LoaderError: nothing could be foreseen, for the reason that it gives.
        """
        registered, ready = await audiences_to_send(
            self.warehouse, self.settings, self.report, now=self.now()
        )
        accounts = Accounts(
            environment=self.environment,
            connections=self.settings.connections,
            patience=self.patience,
            stopping=asyncio.Event(),
        )
        async with accounts.of(ready, registered) as opened:
            read = [await self._read(one, opened[one.account]) for one in ready]
            async with self.warehouse.rehearsal():
                await fold_leftovers(self.warehouse, now=self.now())
                return await self._rehearse(ready, read, opened)

    async def _read(self, audience: Audience, account: Account) -> Read | LoaderError:
        try:
            remote = await read_list_for(account.client, audience)
            return remote, await account.contacts_of(self.warehouse, audience.list_id)
        except LoaderError as error:
            return error

    async def _rehearse(
        self,
        audiences: list[Audience],
        read: list[Read | LoaderError],
        accounts: dict[str, Account],
    ) -> list[Forecast]:
        forecasts = []
        made: dict[str, RemoteList] = {}
        for audience, found in zip(audiences, read, strict=True):
            account = accounts[audience.account]
            try:
                forecasts.append(await self._foresee(audience, account, found, made))
            except WarehouseError:
                raise  # what was executed before is undone
            except LoaderError as error:
                forecasts.append(_unforeseen(audience, error))
            self.report.audiences.append(
                AudienceReport(
                    audience=audience.name,
                    list_id=audience.list_id,
                    exit_code=forecasts[-1].exit_code,
                )
            )
        return forecasts

    async def _foresee(
        self,
        audience: Audience,
        account: Account,
        read: Read | LoaderError,
        made: dict[str, RemoteList],
    ) -> Forecast:
        """One audience; `made` are the lists with what those before it would make there."""
        if isinstance(read, LoaderError):
            raise read
        remote, contacts = read
        if remote.id in made:
            remote = replace(
                remote,
                merge_fields={**remote.merge_fields, **made[remote.id].merge_fields},
                segments={**remote.segments, **made[remote.id].segments},
            )
        known = await known_segments(self.warehouse, audience.list_id)
        rehearsal = self._rehearsal(audience, account)
        forecast, made[remote.id] = await rehearsal.foresee(remote, known, contacts)
        return forecast

    def _rehearsal(self, audience: Audience, account: Account) -> Rehearsal:
        run_id, now = str(uuid.uuid4()), self.now()
        delivery = Delivery(
            audience=audience,
            registered=account.registered,
            client=account.client,
            ledger=Ledger(self.warehouse, audience, run_id=run_id, now=now),
            settings=self.settings,
            report=AudienceReport(audience=audience.name, list_id=audience.list_id),
            stopping=account.stopping,
            tell=lambda _: None,
        )
        foresight = Foresight(self.warehouse, audience, run_id=run_id, now=now)
        return Rehearsal(delivery=delivery, foresight=foresight, most=self.most)


def _unforeseen(audience: Audience, error: LoaderError) -> Forecast:
    return Forecast(
        audience=audience.name,
        list_id=audience.list_id,
        error=str(error),
        exit_code=error.exit_code,
    )
