"""The only HTTP: ask, wait, ask again."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol, TypeVar

import aiohttp
import stamina

from loader.errors import Throttled, Unanswered, Unavailable
from loader.mailchimp.wire import Request, Response, fault
from loader.settings import Credentials

# Mailchimp gives up after 120 s (Marketing API, Limits). A client that gives up earlier leaves the
# server working and the connection occupied.
TIMEOUT = aiohttp.ClientTimeout(total=130, sock_connect=30)

# or it writes a line a retry into the log; the report counts them
stamina.instrumentation.set_on_retry_hooks(())

Answer = TypeVar("Answer")


class Turn(Protocol):
    """Leave to have one request in flight."""

    def refused(self) -> None:
        """Mailchimp allows fewer at the moment."""
        ...


class Client:
    """Requests of one account: counted, never more at once than `turn` gives leave for."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        *,
        turn: Callable[[], AbstractAsyncContextManager[Turn]],
        retry_seconds: float,
        stopping: Callable[[], bool],
    ) -> None:
        self._session = session
        self._base_url = base_url
        self._turn = turn
        self._retry_seconds = retry_seconds
        self._stopping = stopping
        self.requests = 0
        self.writes = 0
        self.retries = 0

    async def ask(self, request: Request, read: Callable[[Response], Answer]) -> Answer:
        """What `read` makes of the answer to a request, asked again while the fault may pass.

        An answer that `read` finds cut off is a fault like any other: every write of ours may be
        done twice.

        Raises:
            Unanswered: no usable answer within the time for retries.
            MailchimpError: Mailchimp refused it, or the credentials.
        """
        attempts = stamina.retry_context(
            on=self._may_pass,
            attempts=None,
            timeout=max(self._retry_seconds, 1e-9),  # stamina warns of 0
            wait_initial=0.25,
            wait_max=10.0,
            wait_jitter=1.0,
        )
        try:
            async for attempt in attempts:
                with attempt:
                    self.retries += attempt.num > 1
                    return read(await self._once(request))
        except (Throttled, Unavailable) as error:
            raise Unanswered(
                f"{error} It was asked for {self._retry_seconds:g} seconds. Run again later."
            ) from None
        raise AssertionError("stamina tries at least once")

    def _may_pass(self, error: Exception) -> bool:
        """Whether asking again may help, and somebody still wants to wait for it."""
        return isinstance(error, Throttled | Unavailable) and not self._stopping()

    async def _once(self, request: Request) -> Response:
        async with self._turn() as turn:
            self.requests += 1
            self.writes += request.is_write
            response = await self._exchange(request)
            problem = fault(response)
            if isinstance(problem, Throttled):
                turn.refused()
        if problem is not None:
            raise problem
        return response

    async def _exchange(self, request: Request) -> Response:
        try:
            async with self._session.request(
                request.method,
                self._base_url + request.path,
                params=request.params,
                data=request.body or None,
                allow_redirects=False,
            ) as reply:
                return Response(
                    status=reply.status, body=await reply.read(), date=reply.headers.get("Date")
                )
        except (aiohttp.ClientError, TimeoutError) as error:
            # its text and its chain hold headers: only its name goes on
            raise Unavailable(f"Mailchimp did not answer ({type(error).__name__}).") from None


@asynccontextmanager
async def connected(
    credentials: Credentials,
    *,
    turn: Callable[[], AbstractAsyncContextManager[Turn]],
    connections: int,
    retry_seconds: float,
    stopping: Callable[[], bool],
) -> AsyncIterator[Client]:
    """A client with a pool of connections, for the time of a run."""
    headers = {
        "Authorization": f"Bearer {credentials.token}",
        "Content-Type": "application/json",
        "User-Agent": "dbt-mailchimp",
    }
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections), headers=headers, timeout=TIMEOUT
    ) as session:
        yield Client(
            session,
            credentials.base_url,
            turn=turn,
            retry_seconds=retry_seconds,
            stopping=stopping,
        )
