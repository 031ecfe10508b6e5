"""What a sync believes, compared with the lists as they are: `loader verify`."""

from dataclasses import dataclass, field
from typing import Any

from loader.commands.pull.list_metadata import pull_segments, read_merge_fields
from loader.commands.pull.member_details import pull_contacts
from loader.commands.sync.list_setup import ListSetup
from loader.concurrency import MakeOnce
from loader.extract.list_schema import read_list_schema
from loader.extract.pagination import Reader
from loader.model.audience import Audience
from loader.model.errors import LoaderError, WarehouseError
from loader.session.accounts import Account
from loader.session.context import RunContext
from loader.session.selection import in_reach, select_audiences
from loader.text.report import RunReport
from loader.warehouse.records.apply_acks import prepare_ledger
from loader.warehouse.records.ledger import Ledger
from loader.warehouse.registry import require_table
from loader.warehouse.reports.drift import Drift
from loader.warehouse.staging import StagedTable


@dataclass(kw_only=True)
class VerifiedAudience:
    """What was found of one audience and list.

    Attributes:
        drift: a row each kind of drift: kind, segment, drift_type, field,
            is_manual_change, contacts.
        people: some of them by address, with what was expected and found.
        is_healed: whether the ledger knows of it.
        message: what stopped the comparison.
        is_temporary: whether what stopped it may pass although nobody does anything.
    """

    audience: str
    list_id: str
    drift: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    is_healed: bool = False
    message: str | None = None
    exit_code: int = 0
    is_temporary: bool = False


@dataclass(frozen=True, kw_only=True)
class VerifyRun:
    """One `loader verify`: the lists are read whole, and nothing is written to Mailchimp.

    Attributes:
        report: takes what is not verified, and why.
        repairs: whether the ledger is told.
        sample: people to show of everything that is found; 0 shows none.
    """

    context: RunContext
    report: RunReport
    repairs: bool
    sample: int

    async def run(self) -> list[VerifiedAudience]:
        """Compare audience by audience; the next one has its turn whatever happens.

        Returns:
            What was found of each audience and list, in their order.

        Raises:
            LoaderError: nothing was compared, for the reason that it gives.
        """
        context, warehouse = self.context, self.context.warehouse
        await require_table(warehouse, "loader_drift")
        registered, ready = await select_audiences(
            warehouse, context.settings, self.report, now=context.now()
        )
        async with context.accounts.of(ready, registered) as opened:
            await prepare_ledger(warehouse, registered, now=context.now())
            read: set[str] = set()
            return [
                await self._audience(one, opened[one.account], read)
                for one in in_reach(ready, opened, self.report)
            ]

    async def _audience(
        self, audience: Audience, account: Account, read: set[str]
    ) -> VerifiedAudience:
        found = VerifiedAudience(audience=audience.name, list_id=audience.list_id)
        try:
            remote = await read_list_schema(account.client, audience.list_id, [audience])
            # two audiences of one list are compared with the same reading
            if audience.list_id not in read:
                await self._read(account, audience.list_id, remote.name)
                read.add(audience.list_id)
            ledger = Ledger(
                self.context.warehouse, audience.list_id, run_id="", now=self.context.now()
            )
            setup = ListSetup(account.client, audience, ledger, remote, {}, MakeOnce())
            await self._compare(audience, setup, found)
        except WarehouseError:
            raise
        except LoaderError as error:
            found.message, found.exit_code = str(error), error.exit_code
            found.is_temporary = error.is_temporary
        return found

    async def _read(self, account: Account, list_id: str, name: str) -> None:
        """Read a list whole, with who is in its segments."""
        reader = Reader(
            client=account.client,
            workers=self.context.settings.connections,
            stopping=self.context.stopping,
            on_progress=self.context.on_progress,
            command="verify",
        )
        warehouse, now = self.context.warehouse, self.context.now()
        fields = await read_merge_fields(reader, warehouse, list_id, now)
        members = StagedTable(warehouse, "mailchimp_members")
        contacts = reader.with_label(f"{name}: contacts", list_id)
        await pull_contacts(contacts, members, list_id, is_full=True)
        # behind the contacts: until then the values that are known belong to the fields of before
        await fields.keep(warehouse, list_id)
        segments = reader.with_label(f"{name}: segments", list_id)
        await pull_segments(segments, warehouse, list_id, now)

    async def _compare(self, audience: Audience, setup: ListSetup, found: VerifiedAudience) -> None:
        drift = Drift(self.context.warehouse, audience, now=self.context.now())
        await drift.find(await setup.compared_fields())
        found.drift = await drift.counts()
        found.people = await drift.people(self.sample) if self.sample else []
        if found.drift and self.repairs:
            await drift.heal()
        found.is_healed = self.repairs
        found.exit_code = 1 if found.drift and not self.repairs else 0
