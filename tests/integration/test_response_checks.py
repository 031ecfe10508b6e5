"""No answer is read beyond what the documented one can have, whatever it says of itself."""

import asyncio
import gzip
import resource
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from fake_time import FakeTime
from fakes import client
from loader.mailchimp.documented_fields import LIST
from loader.mailchimp.lists import members_request, one_list, parse_members
from loader.mailchimp.response_checks import json_object
from loader.model.errors import NoUsableResponse
from loader.model.settings import RetryPolicy

LARGE = 300_000_000
MOST = 200_000  # kilobytes that a refused answer may cost, of the 32 million bytes that are taken
PAGE = members_request("f00d", since=None, archived=False, offset=0)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def server(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(app) as running:
        yield str(running.make_url("/3.0"))


@cache
def packed(encoding: str) -> bytes:
    """An object of one text, 300 MB of it, in 300 kB."""
    wbits = {"gzip": 31, "deflate": 15}[encoding]
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    piece = b"a" * 1_000_000
    pieces = [packer.compress(b'{"health_status":"')]
    pieces += [packer.compress(piece) for _ in range(LARGE // len(piece))]
    return b"".join([*pieces, packer.compress(b'"}'), packer.flush()])


def peak() -> int:
    """The most memory that this process ever had, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


async def refused(handler: Handler, retry_policy: RetryPolicy | None = None) -> str:
    """What is said of an answer that is given to a page of contacts."""
    retry_policy = retry_policy or FakeTime().retry_policy(0.0)
    async with server(handler) as url, client(url, retry_policy=retry_policy) as opened:
        with pytest.raises(NoUsableResponse) as raised:
            await opened.request(PAGE, parse_members)
    return str(raised.value)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_what_is_small_when_it_arrives_is_not_unpacked_beyond_a_page(encoding: str) -> None:
    body = packed(encoding)

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, headers={"Content-Encoding": encoding})

    before = peak()
    assert "larger than 32,064,000 bytes" in await refused(answer)
    assert peak() - before < MOST


async def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse()
        await stream.prepare(request)
        while True:
            await stream.write(b" " * 100_000)

    before = peak()
    assert "larger than" in await refused(answer)
    assert peak() - before < MOST


async def test_an_answer_that_drips_is_waited_for_no_longer_than_any_other() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse()
        await stream.prepare(request)
        while True:
            await stream.write(b" ")
            await asyncio.sleep(0.01)

    said = await refused(answer, FakeTime().retry_policy(0.0, answer_seconds=0.3))
    assert "did not answer in time" in said


async def test_a_small_thing_has_a_small_answer() -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=b'{"id":"' + b"f" * 200_000 + b'"}')

    retry_policy = FakeTime().retry_policy(0.0)
    async with server(answer) as url, client(url, retry_policy=retry_policy) as opened:
        with pytest.raises(NoUsableResponse, match="larger than 96,000 bytes"):
            await opened.request(one_list("f00d"), lambda found: json_object(found, LIST))


async def test_an_answer_that_is_packed_is_read() -> None:
    shown = b'{"id":"f00d","name":"Shop","double_optin":false,"marketing_permissions":false}'

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=gzip.compress(shown), headers={"Content-Encoding": "gzip"})

    async with server(answer) as url, client(url) as opened:
        found = await opened.request(one_list("f00d"), lambda found: json_object(found, LIST))
    assert found["name"] == "Shop"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "nonsense"])
async def test_an_answer_that_is_packed_otherwise_than_it_says_is_none(encoding: str) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=b'{"members":[]}', headers={"Content-Encoding": encoding})

    assert "Mailchimp" in await refused(answer)
