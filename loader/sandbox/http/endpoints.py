"""Between aiohttp and an endpoint: decode the request, add the latency, encode the answer."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import orjson
from aiohttp import web

from loader.sandbox.http.call import BASE, Call
from loader.sandbox.http.query import Query
from loader.sandbox.http.request_contacts import contacts_of_request, count_contacts
from loader.sandbox.problems import internal_error, no_json, too_slow
from loader.sandbox.state import lists
from loader.sandbox.state.contacts import blocked_addresses

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Endpoint
    from loader.sandbox.http.server_state import ServerState

LARGEST_BODY = 64_000_000  # bytes, unpacked; the admin API takes many contacts at once
BODY = web.RequestKey("body", bytes)


def handler_for(server: ServerState, function: Endpoint) -> Handler:
    """Return the handler of an endpoint of the API."""

    async def handle(request: web.Request) -> web.StreamResponse:
        call = await decode_request(server, request)
        contacts = count_contacts(call.body)
        server.request_counts.add_batch_contacts(contacts)
        await _take_latency(server.options.latency + server.options.latency_per_member * contacts)
        run = function if request.method == "GET" else partial(_run_write, server, function)
        return json_response(run(call))

    return handle


def route_template(request: web.Request) -> str:
    """Return the template of the route that a request takes, without /3.0."""
    resource = request.match_info.route.resource
    return resource.canonical.removeprefix(BASE) or "/" if resource else "(unknown)"


async def decode_request(server: ServerState, request: web.Request) -> Call:
    """Return a request decoded, or refuse a body that is no JSON, too large or too slow."""
    raw = await read_body(server, request)
    try:
        body = orjson.loads(raw) if raw else None
    except orjson.JSONDecodeError:
        raise no_json() from None
    return Call(
        store=server.store,
        options=server.options,
        path=request.match_info,
        query=Query(request.query),
        ip=request.remote or "",
        url=f"{request.url.origin()}{BASE}",
        body=body,
    )


async def read_body(server: ServerState, request: web.Request) -> bytes:
    """Read a body, unpacked piece by piece, up to a bound and for so long; it may be read again."""
    if BODY not in request:
        try:
            async with asyncio.timeout(server.options.body_seconds):
                request[BODY] = await _read_limited(request)
        except TimeoutError:
            raise too_slow() from None
    return request[BODY]


async def _read_limited(request: web.Request) -> bytes:
    found = bytearray()
    async for piece in request.content.iter_any():
        found += piece
        if len(found) > LARGEST_BODY:
            raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, len(found))
    return bytes(found)


def json_response(document: Document | None) -> web.Response:
    """Encode an answer; one without content still carries the JSON type."""
    return web.Response(
        status=204 if document is None else 200,
        body=b"" if document is None else orjson.dumps(document),
        content_type="application/json",
        charset="utf-8",
    )


def _run_write(server: ServerState, function: Endpoint, call: Call) -> Document | None:
    """Run an endpoint that writes; count its contacts, and fail where one is marked as poison."""
    list_row = lists.find(call.store, call.path.get("list_id", ""))
    if server.request_counts.counts_contacts:
        server.request_counts.add_written_contacts(contacts_of_request(call, list_row).values())
    if list_row and blocked_addresses.any_of(call.store, list_row, "poison"):
        found = blocked_addresses.among(call.store, list_row, contacts_of_request(call, list_row))
        if any(mark == "poison" for _, mark in found):
            raise internal_error()
    call.store.status_changes.clear()
    document = function(call)
    server.request_counts.add_status_changes(call.store.status_changes)
    return document


async def _take_latency(seconds: float) -> None:
    if seconds > 0:
        await asyncio.sleep(seconds)
