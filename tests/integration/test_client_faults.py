"""Answers that come and go: which are asked for again, how long, and which are the end."""

import asyncio
from collections.abc import Iterator
from re import Pattern
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
import yarl
from aioresponses import CallbackResult, aioresponses

from fake_time import FakeTime, everything_settles
from fakes import URL, client
from loader.concurrency import AdaptiveLimiter
from loader.mailchimp.documented_fields import PING as PONG
from loader.mailchimp.http import Request
from loader.mailchimp.response_checks import json_object
from loader.mailchimp.transport.client import LONGEST_WAIT, Client
from loader.model.errors import AuthenticationError, NoUsableResponse, RequestRejected
from loader.model.settings import RetryPolicy

PING = Request(method="GET", path="/ping")
WRITE = Request(method="POST", path="/lists/f00d", body=b'{"members":[]}')
WELL = {"health_status": "Everything's Chimpy!"}
HTML = "<HTML><BODY><H1>Bad Request</H1></BODY></HTML>"
HOUR = 3600.0


class GivenResponse(aiohttp.ClientResponse):
    """An answer nobody sent: aioresponses 0.7 does not know that aiohttp 3.14 counts its bytes."""

    def __init__(self, method: str, url: yarl.URL, **more: Any) -> None:  # noqa: ANN401 - passed on
        nothing_sent: Any = SimpleNamespace(output_size=0)
        super().__init__(method, url, stream_writer=nothing_sent, **more)


class GivenAnswers(aioresponses):
    """Answers that a server cannot be made to give."""

    def add(
        self,
        url: yarl.URL | str | Pattern[Any],
        method: str = "GET",
        *more: Any,  # noqa: ANN401 - passed on
        **answer: Any,  # noqa: ANN401 - passed on
    ) -> None:
        """Give this answer to the next such request."""
        super().add(url, method, *more, **answer | {"response_class": GivenResponse})


@pytest.fixture
def mailchimp() -> Iterator[GivenAnswers]:
    answers = GivenAnswers()
    with answers:
        yield answers


def stopped() -> asyncio.Event:
    """The wish of somebody who asked the run to end."""
    stopping = asyncio.Event()
    stopping.set()
    return stopping


async def a_sleep_without_end(_: float) -> None:
    await asyncio.Event().wait()


async def ping(opened: Client, request: Request = PING) -> str:
    return await opened.request(request, lambda answer: str(json_object(answer, PONG)))


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "payload": {"title": "Too Many Requests", "status": 429}},
        {"status": 503, "body": HTML, "content_type": "text/html"},
        {"status": 500, "payload": {"title": "Internal Server Error", "status": 500}},
        {"status": 403, "body": ""},
        {"status": 403, "payload": {"type": "akamai_error_message", "status": 403}},
        {"status": 200, "body": '{"health_sta'},
        {"status": 200, "body": HTML, "content_type": "text/html"},
        {"exception": aiohttp.ServerDisconnectedError()},
        {"exception": TimeoutError()},
        {"exception": aiohttp.ClientOSError(104, "reset by peer")},
    ],
    ids=lambda fault: str(fault.get("status") or type(fault["exception"]).__name__),
)
async def test_a_fault_that_may_pass_is_asked_again_until_it_has(
    mailchimp: GivenAnswers, fault: dict[str, object]
) -> None:
    mailchimp.post(f"{URL}/lists/f00d", **fault)
    mailchimp.post(f"{URL}/lists/f00d", **fault)
    mailchimp.post(f"{URL}/lists/f00d", payload=WELL)
    async with client() as opened:
        assert await ping(opened, WRITE) == str(WELL)
        assert (opened.requests, opened.writes, opened.retries) == (3, 3, 2)


async def test_asking_again_writes_no_line_of_its_own(
    mailchimp: GivenAnswers, caplog: pytest.LogCaptureFixture
) -> None:
    mailchimp.get(f"{URL}/ping", status=503)
    mailchimp.get(f"{URL}/ping", payload=WELL)
    async with client() as opened:
        await ping(opened)
    assert (opened.retries, caplog.records) == (1, [])


@pytest.mark.parametrize(
    ("status", "title"), [(401, "API Key Invalid"), (403, "Forbidden"), (403, "User Disabled")]
)
async def test_refused_credentials_are_said_at_once(
    mailchimp: GivenAnswers, status: int, title: str
) -> None:
    mailchimp.get(f"{URL}/ping", status=status, payload={"title": title}, repeat=True)
    async with client() as opened:
        with pytest.raises(AuthenticationError, match=title):
            await ping(opened)
        assert (opened.requests, opened.retries) == (1, 0)


async def test_a_fault_that_lasts_for_hours_is_outlasted_without_a_storm(
    mailchimp: GivenAnswers,
) -> None:
    time = FakeTime()

    def answer(_: yarl.URL, **__: object) -> CallbackResult:
        if time.seconds < 3 * HOUR:
            return CallbackResult(status=503, body=HTML, response_class=GivenResponse)
        return CallbackResult(payload=WELL, response_class=GivenResponse)

    mailchimp.post(f"{URL}/lists/f00d", callback=answer, repeat=True)
    async with client(retry_policy=time.retry_policy(4 * HOUR)) as opened:
        assert await ping(opened, WRITE) == str(WELL)
    assert 3 * HOUR <= time.seconds < 3 * HOUR + LONGEST_WAIT
    assert time.longest > LONGEST_WAIT / 2  # on average that is 15 s a try
    assert opened.requests == pytest.approx(3 * HOUR / (LONGEST_WAIT / 2), rel=0.3)


@pytest.mark.parametrize("seconds", [0.0, 60.0, 12 * HOUR])
async def test_the_time_for_retries_is_a_budget(mailchimp: GivenAnswers, seconds: float) -> None:
    mailchimp.get(f"{URL}/ping", status=503, repeat=True)
    time = FakeTime()
    async with client(retry_policy=time.retry_policy(seconds)) as opened:
        with pytest.raises(NoUsableResponse, match="503"):
            await ping(opened)
    assert seconds <= time.seconds < seconds + LONGEST_WAIT
    assert opened.requests == opened.retries + 2  # the first, and a ping at the end


async def test_a_request_that_mailchimp_cannot_take_is_told_from_a_mailchimp_that_is_away(
    mailchimp: GivenAnswers,
) -> None:
    for fault, tries in (({"status": 500}, 3), ({"exception": TimeoutError()}, 1)):
        mailchimp.post(f"{URL}/lists/f00d", **fault, repeat=True)
        mailchimp.get(f"{URL}/ping", payload=WELL)
        async with client() as opened:
            with pytest.raises(NoUsableResponse) as raised:
                await opened.request(WRITE, lambda answer: answer, tries=3)
        assert (raised.value.is_request_specific, opened.writes) == (True, tries)
        mailchimp.clear()

    mailchimp.post(f"{URL}/lists/f00d", status=500, repeat=True)
    mailchimp.get(f"{URL}/ping", status=500, repeat=True)
    async with client() as opened:
        with pytest.raises(NoUsableResponse) as raised:
            await opened.request(WRITE, lambda answer: answer, tries=3)
    assert not raised.value.is_request_specific
    assert opened.writes > 3


async def test_an_answer_tells_whether_an_earlier_try_may_have_been_carried_out(
    mailchimp: GivenAnswers,
) -> None:
    for status, may_have_been_applied in ((429, False), (503, True)):
        mailchimp.post(f"{URL}/lists/f00d", status=status)
        mailchimp.post(f"{URL}/lists/f00d", payload=WELL)
        async with client() as opened:
            answer = await opened.request(WRITE, lambda answer: answer)
        assert answer.may_have_been_applied == may_have_been_applied
        mailchimp.post(f"{URL}/lists/f00d", status=status)
        mailchimp.post(f"{URL}/lists/f00d", status=400, payload={"title": "Invalid Resource"})
        async with client() as opened:
            with pytest.raises(RequestRejected) as raised:
                await opened.request(WRITE, lambda answer: answer)
        assert raised.value.may_have_been_applied == may_have_been_applied


async def test_nothing_is_asked_again_when_the_run_was_asked_to_stop(
    mailchimp: GivenAnswers,
) -> None:
    mailchimp.get(f"{URL}/ping", status=429, repeat=True)
    async with client(stopping=stopped()) as opened:
        with pytest.raises(NoUsableResponse):
            await ping(opened)
        assert opened.requests == 1


async def test_who_asks_the_run_to_end_need_not_wait_for_the_next_try(
    mailchimp: GivenAnswers,
) -> None:
    mailchimp.get(f"{URL}/ping", status=503, repeat=True)
    stopping = asyncio.Event()
    retry_policy = RetryPolicy(retry_seconds=HOUR, sleep=a_sleep_without_end)
    async with client(stopping=stopping, retry_policy=retry_policy) as opened:
        asking = asyncio.create_task(ping(opened))
        await everything_settles()
        stopping.set()
        with pytest.raises(NoUsableResponse, match="The run was stopped"):
            await asking
        assert opened.requests == 1


async def test_only_throttling_makes_the_width_smaller(mailchimp: GivenAnswers) -> None:
    width = AdaptiveLimiter(8)
    for status, allowed in ((503, 8), (429, 4), (403, 2)):
        mailchimp.get(f"{URL}/ping", status=status)
        async with client(width=width, stopping=stopped()) as opened:
            with pytest.raises(NoUsableResponse):
                await ping(opened)
        assert width.allowed == allowed


async def test_a_redirect_is_not_followed_with_the_key(mailchimp: GivenAnswers) -> None:
    mailchimp.get(f"{URL}/ping", status=302, headers={"Location": "https://evil.example/"})
    async with client(stopping=stopped()) as opened:
        with pytest.raises(NoUsableResponse, match="302"):
            await ping(opened)
        assert opened.requests == 1
