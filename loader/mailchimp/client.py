"""The only HTTP: ask, wait, ask again."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from copy import copy
from dataclasses import dataclass, replace
from typing import Protocol, Self, TypeVar
from urllib.parse import urlsplit

import aiohttp
from tenacity import AsyncRetrying, RetryCallState, wait_random_exponential

from loader.errors import (
    HostUnknown,
    MailchimpError,
    Throttled,
    TimedOut,
    Unanswered,
    Unavailable,
)
from loader.mailchimp.answers import document
from loader.mailchimp.documented import PING, ping
from loader.mailchimp.wire import Request, Response, fault
from loader.settings import Credentials, Patience
from loader.words import counted

CONNECT_SECONDS = 30.0
NAME_SECONDS = 10.0  # of one question to the name service
# seconds at the most before the second try, doubled with every further one, and at the most ever;
# who was refused for want of a connection waits less, for the width has narrowed already
FIRST_WAIT, LONGEST_WAIT, LONGEST_REFUSED = 0.5, 30.0, 4.0

Answer = TypeVar("Answer")


class Turn(Protocol):
    """Leave to have one request in flight."""

    def refused(self) -> None:
        """Mailchimp allows fewer at the moment."""
        ...


@dataclass(slots=True, kw_only=True)
class _Tried:
    """What became of one request so far."""

    failures: int = 0  # tries without a usable answer, which may have been carried out
    is_only_this: bool = False


class Client:
    """Requests of one account: counted, never more at once than `turn` gives leave for."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        *,
        turn: Callable[[], AbstractAsyncContextManager[Turn]],
        patience: Patience,
        stopping: asyncio.Event,
    ) -> None:
        self._session = session
        self._base_url = base_url
        self._turn = turn
        self._patience = patience
        self._stopping = stopping
        self.requests = 0
        self.writes = 0
        self.retries = 0

    @property
    def counted(self) -> tuple[int, int, int]:
        """Requests, those of them that write, and those that repeat one, so far."""
        return self.requests, self.writes, self.retries

    def counting(self) -> Self:
        """The same connections, whose requests are counted anew."""
        again = copy(self)
        again.requests = again.writes = again.retries = 0
        return again

    async def find_host(self) -> None:
        """Ask the name service where the account is: a wrong datacenter is no outage.

        It is asked twice when it does not answer, and once when it says that there is no such name.

        Raises:
            HostUnknown: there is no such name, or nobody who knows it.
        """
        host = urlsplit(self._base_url).hostname or ""
        loop = asyncio.get_running_loop()
        for pause in (1.0, None):
            try:
                async with asyncio.timeout(NAME_SECONDS):
                    await loop.getaddrinfo(host, None)
            except (OSError, UnicodeError) as error:
                is_away = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
                if pause is None or not is_away:
                    raise HostUnknown(_not_found(host)) from None
                await self._pause(pause)
            else:
                return

    async def ask(
        self, request: Request, read: Callable[[Response], Answer], *, tries: int | None = None
    ) -> Answer:
        """What `read` makes of the answer to a request, asked again while the fault may pass.

        An answer that `read` finds cut off is a fault like any other: every write of ours may be
        done twice. With `tries` it is given up earlier, when so many of them failed (or one took
        too long) and Mailchimp answers a ping: then it is this request that it cannot take.

        Raises:
            Unanswered: no usable answer, within the time for retries or so many tries.
            MailchimpError: Mailchimp refused it, or the credentials.
        """
        tried = _Tried()
        try:
            async for attempt in self._attempts(tried, tries):
                with attempt:
                    self.retries += attempt.retry_state.attempt_number > 1
                    response = await self._once(request)
                    return read(replace(response, is_repeated=tried.failures > 0))
        except (Throttled, Unavailable) as error:
            raise Unanswered(
                f"{error} It was asked {counted(tried.failures, 'time')}. Run again later.",
                is_only_this=tried.is_only_this,
            ) from None
        except MailchimpError as error:
            error.is_repeated = tried.failures > 0
            raise
        raise AssertionError("it is tried at least once")

    def _attempts(self, tried: _Tried, tries: int | None) -> AsyncRetrying:
        """Exponential backoff with full jitter, within the time for retries."""
        patience = self._patience
        end = patience.clock() + patience.retry_seconds

        async def may_pass(state: RetryCallState) -> bool:
            error = state.outcome.exception() if state.outcome else None
            if not isinstance(error, Throttled | Unavailable) or self._stopping.is_set():
                return False
            if isinstance(error, Throttled):
                return True
            tried.failures += 1
            is_late = patience.clock() >= end
            is_tried = tries is not None and (tried.failures >= tries or type(error) is TimedOut)
            tried.is_only_this = (is_late or is_tried) and await self._is_there()
            return not tried.is_only_this

        return AsyncRetrying(
            retry=may_pass,
            stop=lambda _: patience.clock() >= end,
            wait=_seconds_to_wait,
            sleep=self._pause,
            reraise=True,
        )

    async def _pause(self, seconds: float) -> None:
        """Wait before the next try, but not when the run is asked to end."""
        waiting = [
            asyncio.ensure_future(self._patience.sleep(seconds)),
            asyncio.ensure_future(self._stopping.wait()),
        ]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()
        if self._stopping.is_set():
            raise Unanswered("The run was asked to end; run again.", is_only_this=False)

    async def _is_there(self) -> bool:
        """Whether Mailchimp answers at all."""
        try:
            document(await self._once(ping()), PING)
        except Unavailable:
            return False
        except Throttled:
            pass
        return True

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
        clock = self._patience.clock
        began = clock()
        try:
            async with self._session.request(
                request.method,
                self._base_url + request.path,
                params=request.params,
                data=request.body or None,
                allow_redirects=False,
            ) as reply:
                return Response(
                    request=request,
                    status=reply.status,
                    body=await _read(reply, request.largest_answer),
                    date=reply.headers.get("Date"),
                    seconds=clock() - began,
                    takes_fake=reply.headers.get("X-Sandbox-Accepts") == "example.com",
                )
        # their texts and chains hold headers: only a name goes on
        except aiohttp.ClientConnectorCertificateError:
            raise MailchimpError(
                "The certificate at Mailchimp's address is not one that this machine trusts, so"
                " nothing was sent. A proxy that looks into TLS has to be made known to Python"
                " (SSL_CERT_FILE)."
            ) from None
        except TimeoutError:
            raise TimedOut("Mailchimp did not answer in time.") from None
        except aiohttp.ClientConnectorDNSError as error:
            raise Unavailable(f"The name {error.host} was not found any more.") from None
        except aiohttp.ClientError as error:
            raise Unavailable(f"Mailchimp did not answer ({type(error).__name__}).") from None


async def _read(reply: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, unpacked piece by piece: what is small when it arrives may be large."""
    found = bytearray()
    async for piece in reply.content.iter_any():
        found += piece
        if len(found) > most:
            reply.close()
            raise Unavailable(f"Mailchimp's answer is larger than {counted(most, 'byte')}.")
    return bytes(found)


def _not_found(host: str) -> str:
    datacenter, _, rest = host.partition(".")
    if rest != "api.mailchimp.com":
        return (
            f"The name {host} was not found: it is misspelled, or this machine has no network or no"
            " name service. Check MAILCHIMP_BASE_URL and the network, and run again."
        )
    return (
        f"The name {host} was not found: Mailchimp has no datacenter {datacenter}, or this machine"
        f" has no network or no name service. Check the end of the key (...-{datacenter}) and the"
        " network, and run again."
    )


def _seconds_to_wait(state: RetryCallState) -> float:
    refused = state.outcome is not None and isinstance(state.outcome.exception(), Throttled)
    longest = LONGEST_REFUSED if refused else LONGEST_WAIT
    return wait_random_exponential(multiplier=FIRST_WAIT, max=longest)(state)


async def _told_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Say that a connection broke: aiohttp would repeat a PUT or DELETE itself, and not tell."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise Unavailable(f"Mailchimp did not answer ({type(error).__name__}).") from None


@asynccontextmanager
async def connected(
    credentials: Credentials,
    *,
    turn: Callable[[], AbstractAsyncContextManager[Turn]],
    connections: int,
    patience: Patience,
    stopping: asyncio.Event,
) -> AsyncIterator[Client]:
    """A client with a pool of connections, for the time of a run."""
    headers = {
        "Authorization": f"Bearer {credentials.token}",
        "Content-Type": "application/json",
        "User-Agent": "dbt-mailchimp",
    }
    timeout = aiohttp.ClientTimeout(
        total=patience.answer_seconds, sock_connect=min(CONNECT_SECONDS, patience.answer_seconds)
    )
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections),
        headers=headers,
        timeout=timeout,
        middlewares=(_told_once,),
    ) as session:
        yield Client(session, credentials.base_url, turn=turn, patience=patience, stopping=stopping)
