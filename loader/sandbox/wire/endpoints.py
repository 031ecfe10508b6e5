"""Between aiohttp and an endpoint: decode the request, take its time, encode the answer."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import orjson
from aiohttp import web

from loader.sandbox.state import lists
from loader.sandbox.state.contacts import marks
from loader.sandbox.wire.call import BASE, Call, contacts_in
from loader.sandbox.wire.carried import carried
from loader.sandbox.wire.problems import internal_error, no_json, too_slow
from loader.sandbox.wire.query import Query

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

    from loader.sandbox.wire.call import Document, Endpoint
    from loader.sandbox.wire.world import World

LARGEST_BODY = 64_000_000  # bytes, unpacked; the control interface takes many contacts at once
BODY = web.RequestKey("body", bytes)


def endpoint(world: World, function: Endpoint) -> Handler:
    """Return the handler of an endpoint of the API."""

    async def handle(request: web.Request) -> web.StreamResponse:
        call = await heard(world, request)
        contacts = contacts_in(call.body)
        world.traffic.carry(contacts)
        await _work(world.options.latency + world.options.latency_per_member * contacts)
        run = function if request.method == "GET" else partial(_written, world, function)
        return answered(run(call))

    return handle


def route_of(request: web.Request) -> str:
    """Return the template of the route that a request takes, without /3.0."""
    resource = request.match_info.route.resource
    return resource.canonical.removeprefix(BASE) or "/" if resource else "(unknown)"


async def heard(world: World, request: web.Request) -> Call:
    """Decode a request."""
    raw = await body_of(world, request)
    try:
        body = orjson.loads(raw) if raw else None
    except orjson.JSONDecodeError:
        raise no_json() from None
    return Call(
        store=world.store,
        options=world.options,
        path=request.match_info,
        query=Query(request.query),
        ip=request.remote or "",
        url=f"{request.url.origin()}{BASE}",
        body=body,
    )


async def body_of(world: World, request: web.Request) -> bytes:
    """Read a body, unpacked piece by piece, up to a bound and for so long; it may be read again."""
    if BODY not in request:
        try:
            async with asyncio.timeout(world.options.body_seconds):
                request[BODY] = await _unpacked(request)
        except TimeoutError:
            raise too_slow() from None
    return request[BODY]


async def _unpacked(request: web.Request) -> bytes:
    found = bytearray()
    async for piece in request.content.iter_any():
        found += piece
        if len(found) > LARGEST_BODY:
            raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, len(found))
    return bytes(found)


def answered(document: Document | None) -> web.Response:
    """Encode an answer; one without content still carries the JSON type."""
    return web.Response(
        status=204 if document is None else 200,
        body=b"" if document is None else orjson.dumps(document),
        content_type="application/json",
        charset="utf-8",
    )


def _written(world: World, function: Endpoint, call: Call) -> Document | None:
    """Run an endpoint that writes: count whom it reaches, and break on a poisonous contact."""
    of = lists.find(call.store, call.path.get("list_id", ""))
    if world.traffic.counts_contacts:
        world.traffic.reach(carried(call, of).values())
    if of and marks.any_of(call.store, of, "poison"):
        found = marks.among(call.store, of, carried(call, of))
        if any(mark == "poison" for _, mark in found):
            raise internal_error()
    call.store.moves.clear()
    document = function(call)
    world.traffic.move(call.store.moves)
    return document


async def _work(seconds: float) -> None:
    if seconds > 0:
        await asyncio.sleep(seconds)
