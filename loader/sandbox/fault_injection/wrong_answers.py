"""Wrong answers: another one instead of the endpoint's, none at all, or a spoilt one."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

import orjson
from aiohttp import web

from loader.sandbox.problems import internal_error, too_many_requests

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from loader.sandbox.http.server_state import ServerState

ROWS = ("new_members", "updated_members", "members_added", "members_removed", "errors")
THIRD = 3
LOOK = 0.02  # seconds between two looks whether a client is still there
NO_LINGERING = struct.pack("ii", 1, 0)  # closing this way sends RST
BAD_REQUEST = """<HTML><HEAD><TITLE>Bad Request</TITLE></HEAD><BODY>
<H1>Bad Request</H1>
An error occurred while processing your request.<P>
Reference&#32;&#35;00&#46;5a4dbc5a&#46;1700000000&#46;5a4dbc5a
</BODY></HTML>
"""
AKAMAI = {
    "type": "akamai_error_message",
    "title": "akamai_503",
    "status": 503,
    "ref_no": "Reference Number: 00.5a4dbc5a.1700000000.5a4dbc5a",
}


def reset_connection(request: web.Request) -> web.Response:
    """Cut the connection; what is returned reaches nobody."""
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGERING)
        request.transport.abort()
    return web.Response()


async def hang(server: ServerState, request: web.Request) -> web.Response:
    """Wait until the client goes away or the sandbox ends; aiohttp tells no handler, so look."""
    while request.transport is not None and not server.stopping.is_set():
        await pause(server.stopping, LOOK)
    return reset_connection(request)


async def pause(over: asyncio.Event, seconds: float) -> None:
    """Let time pass, unless there is nothing more to wait for."""
    with suppress(TimeoutError):
        await asyncio.wait_for(over.wait(), seconds)


def truncated(document: bytes) -> bytes:
    """Return the first half of an answer."""
    return document[: len(document) // 2]


def with_rows_missing(document: bytes) -> bytes:
    """Return an answer without every third of its rows, the first among them; totals stay."""
    body = orjson.loads(document)
    rows = [(name, row) for name in ROWS for row in body.get(name, ())]
    kept = [pair for number, pair in enumerate(rows) if number % THIRD]
    shown = {name: [row for place, row in kept if place == name] for name in ROWS if name in body}
    return orjson.dumps(body | shown)


async def _reset(_: ServerState, request: web.Request) -> web.Response:
    return reset_connection(request)


def _throttled(server: ServerState, _: web.Request) -> NoReturn:
    raise too_many_requests(server.options.connections)


def _broken(_: ServerState, __: web.Request) -> NoReturn:
    raise internal_error()


def _empty(status: int) -> Callable[[ServerState, web.Request], web.Response]:
    return lambda _, __: web.Response(status=status)


def _html_503(_: ServerState, __: web.Request) -> web.Response:
    return web.Response(status=503, text=BAD_REQUEST, content_type="text/html")


def _edge_503(_: ServerState, __: web.Request) -> web.Response:
    return web.Response(status=503, body=orjson.dumps(AKAMAI), content_type="application/json")


# The endpoint does not run.
REPLACED_ANSWERS: dict[str, Callable[[ServerState, web.Request], web.Response]] = {
    "429": _throttled,
    "429_empty": _empty(429),
    "403_empty": _empty(403),
    "500_json": _broken,
    "503_html": _html_503,
    "503_edge": _edge_503,
    "reset_before": lambda _, request: reset_connection(request),
}
# The endpoint ran, and nobody hears of it.
LOST_ANSWERS: dict[str, Callable[[ServerState, web.Request], Awaitable[web.Response]]] = {
    "reset_after": _reset,
    "hang": hang,
}
# The endpoint ran, and its 200 says less than it should.
SPOILT_ANSWERS: dict[str, Callable[[bytes], bytes]] = {
    "truncated": truncated,
    "missing_rows": with_rows_missing,
}
