"""The last gate: where a fault that is due happens to a request."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from aiohttp import web

from loader.sandbox.faults.answers import INSTEAD, SILENCE, SPOILT, pause
from loader.sandbox.faults.world import HAPPENINGS
from loader.sandbox.wire.endpoints import body_of, heard, route_of
from loader.sandbox.wire.problems import Problem, key_invalid

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler, Middleware

    from loader.sandbox.faults.model import Armed
    from loader.sandbox.wire.world import World


def faulty(world: World) -> Middleware:
    """Let what is due happen: to the world before the endpoint runs, then to the answer."""

    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        due = world.faults.due(request.method, route_of(request))
        if due.world:
            await _happen(world, request, due.world)
        if due.response:
            return await _answer(world, request, handler, due.response)
        return await handler(request)

    return gate


async def _happen(world: World, request: web.Request, due: list[Armed]) -> None:
    """Change the world; a key that was revoked meanwhile does not open for this request either."""
    call = await heard(world, request)
    key = world.api_key
    for armed in due:
        armed.fired += HAPPENINGS[armed.fault.kind](world, call)
    if world.api_key != key:
        raise key_invalid()


async def _answer(
    world: World, request: web.Request, handler: Handler, armed: Armed
) -> web.StreamResponse:
    """Answer wrongly, late or never; a refusal has nothing to spoil, so it passes."""
    kind, over = armed.fault.kind, world.faults.over
    if kind in INSTEAD:
        await body_of(world, request)  # a client that is still sending would not look at the answer
        armed.fired += 1
        return INSTEAD[kind](world, request)
    if kind in SILENCE:
        with suppress(Problem, web.HTTPException):
            await handler(request)
        armed.fired += 1
        return await SILENCE[kind](world, request)
    if kind in SPOILT:
        return _spoilt(await handler(request), armed)
    try:
        return await handler(request)
    finally:
        armed.fired += 1
        await pause(over, armed.fault.seconds)


def _spoilt(response: web.StreamResponse, armed: Armed) -> web.StreamResponse:
    body = response.body if isinstance(response, web.Response) else None
    if not isinstance(body, bytes) or not body:
        return response
    spoilt = SPOILT[armed.fault.kind](body)
    if spoilt == body:
        return response
    armed.fired += 1
    return web.Response(body=spoilt, content_type="application/json", charset="utf-8")
