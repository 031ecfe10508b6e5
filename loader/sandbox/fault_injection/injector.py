"""The last middleware before an endpoint: it makes a due fault happen."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from aiohttp import web

from loader.sandbox.fault_injection.concurrent_changes import CHANGES_BY_KIND
from loader.sandbox.fault_injection.wrong_answers import (
    LOST_ANSWERS,
    REPLACED_ANSWERS,
    SPOILT_ANSWERS,
    pause,
)
from loader.sandbox.http.endpoints import decode_request, read_body, route_template
from loader.sandbox.problems import Problem, key_invalid

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler, Middleware

    from loader.sandbox.faults.schedule import ScheduledFault
    from loader.sandbox.http.server_state import ServerState


def inject_faults(server: ServerState) -> Middleware:
    """Return what makes the changes that are due, then replaces or spoils the answer."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        due = server.faults.due(request.method, route_template(request))
        if due.changes:
            await _apply_changes(server, request, due.changes)
        if due.response:
            return await _answer_wrongly(server, request, handler, due.response)
        return await handler(request)

    return middleware


async def _apply_changes(
    server: ServerState, request: web.Request, due: list[ScheduledFault]
) -> None:
    """Make the changes that are due; this request too is refused if they revoked its key."""
    call = await decode_request(server, request)
    key = server.api_key
    for scheduled in due:
        scheduled.fired += CHANGES_BY_KIND[scheduled.fault.kind](server, call)
    if server.api_key != key:
        raise key_invalid()


async def _answer_wrongly(
    server: ServerState, request: web.Request, handler: Handler, scheduled: ScheduledFault
) -> web.StreamResponse:
    """Answer wrongly, late or never; a refusal has nothing to spoil, so it passes."""
    kind, over = scheduled.fault.kind, server.faults.ended
    if kind in REPLACED_ANSWERS:
        # A client that is still sending would not look at the answer.
        await read_body(server, request)
        scheduled.fired += 1
        return REPLACED_ANSWERS[kind](server, request)
    if kind in LOST_ANSWERS:
        with suppress(Problem, web.HTTPException):
            await handler(request)
        scheduled.fired += 1
        return await LOST_ANSWERS[kind](server, request)
    if kind in SPOILT_ANSWERS:
        return _spoil(await handler(request), scheduled)
    try:
        return await handler(request)
    finally:
        scheduled.fired += 1
        await pause(over, scheduled.fault.seconds)


def _spoil(response: web.StreamResponse, scheduled: ScheduledFault) -> web.StreamResponse:
    body = response.body if isinstance(response, web.Response) else None
    if not isinstance(body, bytes) or not body:
        return response
    spoilt = SPOILT_ANSWERS[scheduled.fault.kind](body)
    if spoilt == body:
        return response
    scheduled.fired += 1
    return web.Response(body=spoilt, content_type="application/json", charset="utf-8")
