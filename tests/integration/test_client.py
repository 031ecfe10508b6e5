"""The client over real HTTP: what it sends, what it asks again, and what nobody can read."""

import asyncio
import itertools
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from fake_time import FakeTime, everything_settles
from fakes import KEY, client
from loader import __version__
from loader.concurrency import AdaptiveLimiter
from loader.mailchimp.documented_fields import PING as PONG
from loader.mailchimp.http import Request
from loader.mailchimp.response_checks import json_object
from loader.mailchimp.transport.client import Client
from loader.model.errors import (
    AuthenticationError,
    LoaderError,
    NotFound,
    NoUsableResponse,
    RequestRejected,
)
from loader.model.settings import Credentials
from sandbox_process import SandboxProcess

PING = Request(method="GET", path="/ping")
WRITE = Request(method="POST", path="/lists/f00d", body=b'{"members":[]}')
WELL = {"health_status": "Everything's Chimpy!"}
HTML = "<HTML><BODY><H1>Bad Request</H1></BODY></HTML>"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def ping(opened: Client, request: Request = PING) -> str:
    return await opened.request(request, lambda answer: str(json_object(answer, PONG)))


@asynccontextmanager
async def server(handler: Handler) -> AsyncIterator[str]:
    """A server of one handler; its base URL."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(app) as running:
        yield str(running.make_url("/3.0"))


@asynccontextmanager
async def raw_server(answer: bytes) -> AsyncIterator[str]:
    """A server that says the same to everybody and hangs up; its base URL."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    running = await asyncio.start_server(say, "127.0.0.1", 0)
    async with running:
        yield f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}/3.0"


async def test_the_sandbox_answers_to_the_key(sandbox: SandboxProcess) -> None:
    async with client(sandbox.url, sandbox.key) as opened:
        assert "Chimpy" in await ping(opened)
        assert (opened.requests, opened.writes, opened.retries) == (1, 0, 0)


@pytest.mark.parametrize("change", [("", "x"), ("-us1", "-us6")])
async def test_a_key_that_is_refused_is_not_tried_again(
    sandbox: SandboxProcess, change: tuple[str, str]
) -> None:
    async with client(sandbox.url, sandbox.key.replace(*change)) as opened:
        with pytest.raises(AuthenticationError):
            await ping(opened)
        assert (opened.requests, opened.retries) == (1, 0)


async def test_what_is_not_there_is_not_asked_again(sandbox: SandboxProcess) -> None:
    async with client(sandbox.url, sandbox.key) as opened:
        with pytest.raises(NotFound):
            await ping(opened, Request(method="GET", path="/lists/nowhere"))
        assert opened.requests == 1


async def test_what_is_refused_is_not_asked_again(sandbox: SandboxProcess) -> None:
    request = Request(method="POST", path=f"/lists/{sandbox.new_list()}", body=b'{"members":')
    async with client(sandbox.url, sandbox.key) as opened:
        with pytest.raises(RequestRejected) as raised:
            await ping(opened, request)
        assert (raised.value.status, raised.value.title) == (400, "JSON Parse Error")
        assert (opened.requests, opened.writes) == (1, 1)


async def test_more_requests_than_the_account_may_have_are_all_answered_in_the_end() -> None:
    with SandboxProcess("--connections", "2", "--latency", "0.01") as narrow:
        retry_policy = FakeTime().retry_policy(1e6)
        async with client(narrow.url, narrow.key, retry_policy=retry_policy) as opened:
            answers = await asyncio.gather(*(ping(opened) for _ in range(30)))
    assert len(answers) == 30
    assert opened.retries > 0
    assert opened.requests == 30 + opened.retries


async def test_who_is_refused_for_want_of_a_connection_asks_for_fewer_at_a_time() -> None:
    answers = itertools.chain([429], itertools.repeat(200))
    width, seen = AdaptiveLimiter(10), []

    async def answer(_: web.Request) -> web.StreamResponse:
        seen.append(width.allowed)
        return web.json_response(WELL, status=next(answers))

    retry_policy = FakeTime().retry_policy(60.0)
    async with (
        server(answer) as base_url,
        client(base_url, width=width, retry_policy=retry_policy) as opened,
    ):
        await ping(opened)
    assert seen == [10, 5]


async def test_mailchimp_is_told_who_asks_and_with_which_key() -> None:
    seen: list[web.Request] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        seen.append(request)
        return web.json_response(WELL)

    asked = Request(method="GET", path="/lists/f00d/members", params={"since": "2026-01-01T+00:00"})
    async with server(answer) as base_url, client(base_url) as opened:
        await ping(opened, asked)
    (request,) = seen
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert request.headers["User-Agent"] == f"dbt-mailchimp/{__version__}"
    assert request.headers["Content-Type"] == "application/json"
    assert request.raw_path == "/3.0/lists/f00d/members?since=2026-01-01T%2B00:00"


async def test_a_body_arrives_as_it_was_planned_and_the_date_comes_back() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        headers = {"Date": "Wed, 21 Oct 2026 07:28:00 GMT"}
        return web.json_response({"body": await request.text()}, headers=headers)

    async with server(answer) as base_url, client(base_url) as opened:
        response = await opened.request(WRITE, lambda response: response)
    assert orjson.loads(response.body)["body"] == '{"members":[]}'
    assert response.date == "Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize(("connections", "width", "most"), [(3, 10, 3), (10, 3, 3), (4, 4, 4)])
async def test_no_more_connections_are_used_than_allowed(
    connections: int, width: int, most: int
) -> None:
    in_flight, busiest = 0, 0

    async def answer(_: web.Request) -> web.StreamResponse:
        nonlocal in_flight, busiest
        in_flight += 1
        busiest = max(busiest, in_flight)
        await everything_settles()
        in_flight -= 1
        return web.json_response(WELL)

    async with (
        server(answer) as base_url,
        client(base_url, connections=connections, width=AdaptiveLimiter(width)) as opened,
    ):
        await asyncio.gather(*(ping(opened) for _ in range(30)))
    assert busiest == most


def everything_printed(error: BaseException) -> str:
    """All that a log, a traceback or a debugger's list of causes would show."""
    texts = traceback.format_exception(error)
    one: BaseException | None = error
    while one is not None:
        texts += [str(one), repr(one)]
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n".join(texts)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
        b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_the_key_is_in_no_message_whatever_goes_wrong(answer: bytes) -> None:
    async with raw_server(answer) as base_url, client(base_url) as opened:
        with pytest.raises(LoaderError) as raised:
            await ping(opened, WRITE)
        printed = everything_printed(raised.value)
    assert KEY not in f"{printed} {opened!r} {Credentials(base_url=base_url, token=KEY)!r}"
    assert "Bearer" not in printed


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_write_whose_connection_broke_is_repeated_by_the_client_alone(method: str) -> None:
    heard: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        heard.append(request.method)
        if len(heard) == 1 and request.transport is not None:
            request.transport.close()
        return web.json_response({"title": "Method Not Allowed"}, status=405)

    asked = Request(method=method, path="/lists/f00d/members/1")
    async with server(answer) as base_url, client(base_url) as opened:
        # a try that the client does not see would make the refusal one of the first try
        with pytest.raises(RequestRejected) as raised:
            await opened.request(asked, lambda _: None)
    assert raised.value.may_have_been_applied
    assert (heard, opened.requests, opened.retries) == ([method, method], 2, 1)


async def test_a_mailchimp_that_is_not_there_is_unanswered() -> None:
    async with raw_server(b"") as base_url:
        pass
    async with client(base_url) as opened:
        with pytest.raises(NoUsableResponse, match="did not answer"):
            await ping(opened)
