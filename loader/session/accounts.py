"""The Mailchimp users of a run: their connections, and what was read of their lists."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from loader.concurrency import AdaptiveLimiter, together
from loader.extract.list_schema import read_list_schema
from loader.extract.member_status import sync_member_status
from loader.mailchimp.transport.client import Client, Slot, connected
from loader.model.audience import Audience
from loader.model.errors import HostUnknown, MailchimpError
from loader.model.list_schema import ListSchema
from loader.model.settings import Credentials, RetryPolicy, credentials
from loader.warehouse.base import Warehouse
from loader.warehouse.staging import StagedStatuses


@dataclass(kw_only=True)
class Account:
    """One Mailchimp user for the time of a run: ten connections.

    Attributes:
        registered: every audience there is; some share a list.
        fault: why none of its lists can be read.
    """

    client: Client
    width: AdaptiveLimiter
    registered: tuple[Audience, ...]
    stopping: asyncio.Event
    fault: HostUnknown | None = None

    async def read(
        self, client: Client, warehouse: Warehouse, list_id: str, audiences: Sequence[Audience]
    ) -> ListSchema:
        """Read a list with what some audiences need of it.

        Who is on it is read side by side, and kept in `mailchimp_members`.

        Args:
            client: counts the requests.
            warehouse: where it is kept.
            list_id: Mailchimp's id of the list.
            audiences: of the list.

        Returns:
            The list.

        Raises:
            LoaderError: the account has no such list, or it cannot be read.
        """
        read = asyncio.ensure_future(read_list_schema(client, list_id, audiences))
        contacts = asyncio.ensure_future(self.read_contacts(client, warehouse, list_id))
        await together([read, contacts])
        return read.result()

    async def read_contacts(self, client: Client, warehouse: Warehouse, list_id: str) -> int:
        """Bring `mailchimp_members` up to date for a list.

        Args:
            client: counts the requests.
            warehouse: where it is kept.
            list_id: Mailchimp's id of the list.

        Returns:
            How many contacts it has.

        Raises:
            LoaderError: it cannot be read.
        """
        members, workers = StagedStatuses(warehouse, list_id), self.width.limit
        return await sync_member_status(
            client, members, list_id, workers=workers, stopping=self.stopping
        )


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """Opens the accounts of audiences, once for each user."""

    environment: Mapping[str, str] = field(repr=False)
    connections: int
    retry_policy: RetryPolicy
    stopping: asyncio.Event

    @asynccontextmanager
    async def of(
        self, audiences: Iterable[Audience], registered: Iterable[Audience]
    ) -> AsyncIterator[dict[str, Account]]:
        """Open the accounts that audiences name.

        Args:
            audiences: whose accounts.
            registered: every audience there is.

        Yields:
            The accounts by the names that audiences have for them; two names for one key are one
            account.

        Raises:
            ConfigurationError: there are no credentials for one of them.
        """
        keys = {one.account: credentials(one.account, self.environment) for one in audiences}
        async with AsyncExitStack() as stack:
            # two names for one key are one user, with ten connections in all
            opened = {
                key: await stack.enter_async_context(self._open(key, tuple(registered)))
                for key in set(keys.values())
            }
            yield {name: opened[key] for name, key in keys.items()}

    @asynccontextmanager
    async def named(self, account: str) -> AsyncIterator[Account]:
        """Open one account, whatever audiences there are.

        Args:
            account: its name.

        Yields:
            The account.

        Raises:
            ConfigurationError: there are no credentials for it.
            HostUnknown: there is no such place.
        """
        async with self._open(credentials(account, self.environment), ()) as opened:
            if opened.fault is not None:
                raise opened.fault
            yield opened

    @asynccontextmanager
    async def unasked(self, registered: Iterable[Audience]) -> AsyncIterator[Account]:
        """An account of nobody, where there are no credentials.

        Args:
            registered: every audience there is.

        Yields:
            The account; who asks it for something is told that it cannot be asked.
        """
        async with connected(
            Credentials(base_url="https://mailchimp.invalid", token=""),
            acquire=_no_leave,
            connections=1,
            retry_policy=RetryPolicy(retry_seconds=0),
            stopping=self.stopping,
        ) as client:
            yield Account(
                client=client,
                width=AdaptiveLimiter(1),
                registered=tuple(registered),
                stopping=self.stopping,
            )

    @asynccontextmanager
    async def _open(
        self, key: Credentials, registered: tuple[Audience, ...]
    ) -> AsyncIterator[Account]:
        width = AdaptiveLimiter(self.connections)
        async with connected(
            key,
            acquire=width.acquire,
            connections=self.connections,
            retry_policy=self.retry_policy,
            stopping=self.stopping,
        ) as client:
            account = Account(
                client=client, width=width, registered=registered, stopping=self.stopping
            )
            # the accounts of other audiences go on, so that this is no reason to end the run
            try:
                await client.find_host()
            except HostUnknown as error:
                account.fault = error
            yield account


@asynccontextmanager
async def _no_leave() -> AsyncIterator[Slot]:
    """No leave for a request, ever."""
    if True:
        raise MailchimpError("Mailchimp cannot be asked: there are no credentials.")
    yield
