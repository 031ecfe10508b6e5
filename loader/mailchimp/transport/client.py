"""The only HTTP: ask, wait, ask again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from copy import copy
from dataclasses import dataclass, replace
from typing import Protocol, Self, TypeVar
from urllib.parse import urlsplit

import aiohttp
from tenacity import AsyncRetrying, RetryCallState, wait_random_exponential

from loader import __version__
from loader.mailchimp.documented_fields import PING, ping
from loader.mailchimp.http import Request, Response, error_for
from loader.mailchimp.response_checks import json_object
from loader.mailchimp.transport.host import find_host
from loader.mailchimp.transport.session import (
    CONNECT_SECONDS,
    no_hidden_retry,
    read_body,
    translated_errors,
)
from loader.model.errors import (
    MailchimpError,
    NoUsableResponse,
    Throttled,
    TimedOut,
    Unavailable,
)
from loader.model.settings import Credentials, RetryPolicy
from loader.model.wording import counted

# seconds at the most before the second try, doubled with every further one, and at the most ever;
# who was refused for want of a connection waits less, for the width has narrowed already
FIRST_WAIT, LONGEST_WAIT, LONGEST_REFUSED = 0.5, 30.0, 4.0

Answer = TypeVar("Answer")


class Slot(Protocol):
    """Leave to have one request in flight."""

    def throttled(self) -> None:
        """Mailchimp allows fewer at the moment."""
        ...


@dataclass(slots=True, kw_only=True)
class _Attempts:
    """What became of one request so far."""

    failures: int = 0  # tries without a usable answer, which may have been carried out
    is_request_specific: bool = False


class Client:
    """Requests of one account: counted, never more at once than `acquire` gives leave for.

    Args:
        session: aiohttp's, with the credentials in its headers.
        base_url: as `Credentials` has it, without a slash at its end.
        acquire: gives leave to have one more request in flight, and waits for it.
        retry_policy: how long Mailchimp is waited for.
        stopping: set when somebody asks for an end: nothing is asked again then.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        *,
        acquire: Callable[[], AbstractAsyncContextManager[Slot]],
        retry_policy: RetryPolicy,
        stopping: asyncio.Event,
    ) -> None:
        self._session = session
        self._base_url = base_url
        self._acquire = acquire
        self._retry_policy = retry_policy
        self._stopping = stopping
        self.requests = 0
        self.writes = 0
        self.retries = 0

    @property
    def counters(self) -> tuple[int, int, int]:
        """Requests, those of them that write, and those that repeat one, so far."""
        return self.requests, self.writes, self.retries

    def counting(self) -> Self:
        """The same connections, whose requests are counted anew.

        Returns:
            A client with counters of its own; what it asks does not count for this one.
        """
        # the connections are shared on purpose: they are ten for the whole user
        again = copy(self)
        again.requests = again.writes = again.retries = 0
        return again

    async def find_host(self) -> None:
        """Ask the name service where the account is: a wrong datacenter is no outage.

        Raises:
            HostUnknown: there is no such name, or nobody who knows it.
        """
        await find_host(urlsplit(self._base_url).hostname or "", self._pause)

    async def request(
        self, request: Request, read: Callable[[Response], Answer], *, tries: int | None = None
    ) -> Answer:
        """What `read` makes of the answer to a request, asked again while the fault may pass.

        An answer that `read` finds cut off is a fault like any other: every write of ours may be
        done twice.

        Args:
            request: what is asked.
            read: makes a value of an answer, and raises Unavailable where it is none.
            tries: after so many failures, or one that took too long, it is given up, if Mailchimp
                answers a ping: then it is this request that it cannot take. None is as many as
                there is time for.

        Returns:
            What `read` made of the answer.

        Raises:
            NoUsableResponse: no usable answer, within the time for retries or so many tries.
            MailchimpError: Mailchimp refused it, or the credentials.
        """
        tried = _Attempts()
        try:
            async for attempt in self._attempts(tried, tries):
                with attempt:
                    self.retries += attempt.retry_state.attempt_number > 1
                    response = await self._attempt(request)
                    return read(replace(response, may_have_been_applied=tried.failures > 0))
        except (Throttled, Unavailable) as error:
            raise NoUsableResponse(
                f"{error} It was tried {counted(tried.failures, 'time')}. Run again later.",
                is_request_specific=tried.is_request_specific,
            ) from None
        except MailchimpError as error:
            # a refusal after a lost answer may be the effect of our own first try
            error.may_have_been_applied = tried.failures > 0
            raise
        raise AssertionError("it is tried at least once")

    def _attempts(self, tried: _Attempts, tries: int | None) -> AsyncRetrying:
        """Exponential backoff with full jitter, within the time for retries."""
        retry_policy = self._retry_policy
        end = retry_policy.clock() + retry_policy.retry_seconds

        async def may_pass(state: RetryCallState) -> bool:
            error = state.outcome.exception() if state.outcome else None
            if not isinstance(error, Throttled | Unavailable) or self._stopping.is_set():
                return False
            # Mailchimp did nothing with it, so that it is no failure of this request
            if isinstance(error, Throttled):
                return True
            tried.failures += 1
            is_late = retry_policy.clock() >= end
            # one that took too long would take as long again, with nothing gained
            is_tried = tries is not None and (tried.failures >= tries or type(error) is TimedOut)
            tried.is_request_specific = (is_late or is_tried) and await self._is_reachable()
            return not tried.is_request_specific

        return AsyncRetrying(
            retry=may_pass,
            stop=lambda _: retry_policy.clock() >= end,
            wait=_seconds_to_wait,
            sleep=self._pause,
            reraise=True,
        )

    async def _pause(self, seconds: float) -> None:
        """Wait before the next try, but not when the run is asked to end."""
        # half a minute is too long for somebody who wants to end it
        waiting = [
            asyncio.ensure_future(self._retry_policy.sleep(seconds)),
            asyncio.ensure_future(self._stopping.wait()),
        ]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()
        if self._stopping.is_set():
            raise NoUsableResponse("The run was stopped. Run again.", is_request_specific=False)

    async def _is_reachable(self) -> bool:
        """Whether Mailchimp answers at all."""
        try:
            json_object(await self._attempt(ping()), PING)
        except Unavailable:
            return False
        # that it refuses a connection is an answer, too
        except Throttled:
            pass
        return True

    async def _attempt(self, request: Request) -> Response:
        clock = self._retry_policy.clock
        async with self._acquire() as slot:
            self.requests += 1
            self.writes += request.is_write
            began = clock()
            with translated_errors():
                async with self._session.request(
                    request.method,
                    self._base_url + request.path,
                    params=request.params,
                    data=request.body or None,
                    # the key is for Mailchimp, and would go along
                    allow_redirects=False,
                ) as reply:
                    response = Response(
                        request=request,
                        status=reply.status,
                        body=await read_body(reply, request.largest_answer),
                        date=reply.headers.get("Date"),
                        seconds=clock() - began,
                        takes_fake=reply.headers.get("X-Sandbox-Accepts") == "example.com",
                    )
            problem = error_for(response)
            if isinstance(problem, Throttled):
                slot.throttled()
        if problem is not None:
            # outside of the slot: whoever waits must not hold a connection meanwhile
            raise problem
        return response


def _seconds_to_wait(state: RetryCallState) -> float:
    refused = state.outcome is not None and isinstance(state.outcome.exception(), Throttled)
    longest = LONGEST_REFUSED if refused else LONGEST_WAIT
    # at random, so that ten connections do not come back together
    return wait_random_exponential(multiplier=FIRST_WAIT, max=longest)(state)


@asynccontextmanager
async def connected(
    credentials: Credentials,
    *,
    acquire: Callable[[], AbstractAsyncContextManager[Slot]],
    connections: int,
    retry_policy: RetryPolicy,
    stopping: asyncio.Event,
) -> AsyncIterator[Client]:
    """A client with a pool of connections, for the time of a run.

    Args:
        credentials: where Mailchimp is, and the key or token.
        acquire: gives leave to have one more request in flight.
        connections: in the pool, at the most.
        retry_policy: how long Mailchimp is waited for.
        stopping: set when somebody asks for an end.

    Yields:
        The client; the connections are closed at the end.
    """
    headers = {
        "Authorization": f"Bearer {credentials.token}",
        "Content-Type": "application/json",
        "User-Agent": f"dbt-mailchimp/{__version__}",
    }
    timeout = aiohttp.ClientTimeout(
        total=retry_policy.answer_seconds,
        # a connection that is not made in this time will not be
        sock_connect=min(CONNECT_SECONDS, retry_policy.answer_seconds),
    )
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections),
        headers=headers,
        timeout=timeout,
        middlewares=(no_hidden_retry,),
    ) as session:
        yield Client(
            session,
            credentials.base_url,
            acquire=acquire,
            retry_policy=retry_policy,
            stopping=stopping,
        )
