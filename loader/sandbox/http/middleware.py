"""The middlewares in front of every endpoint of the API, outermost first.

A request gets an id, is counted, needs a free connection, and has to show its key. What is refused
leaves as problem+json with the id of the request. `server.py` puts all middlewares together.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import uuid4

import orjson
from aiohttp import web

from loader.sandbox.http.access_control import ASK_FOR_KEY, PRIVATE, KeyRequired, is_same, key_of
from loader.sandbox.http.endpoints import route_template
from loader.sandbox.problems import (
    Problem,
    key_invalid,
    key_missing,
    not_allowed,
    not_found,
    too_many_requests,
    wrong_datacenter,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.typedefs import Handler, Middleware

    from loader.sandbox.http.server_state import ServerState

REQUEST_ID = web.RequestKey("request_id", str)


def api_middlewares(server: ServerState) -> list[Middleware]:
    """Return what a request to the API passes, in this order, whatever its endpoint."""
    return [_count_requests(server), _limit_connections(server), _check_api_key(server)]


@web.middleware
async def answer_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request its id, and turn every refusal into problem+json."""
    request[REQUEST_ID] = str(uuid4())
    try:
        return await handler(request)
    except KeyRequired as wanted:
        response = _refusal(request, wanted)
        response.headers.update(ASK_FOR_KEY)
        return response
    except Problem as problem:
        return _refusal(request, problem)
    except web.HTTPNotFound:
        return _refusal(request, not_found())
    except web.HTTPMethodNotAllowed as error:
        response = _refusal(request, not_allowed())
        response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
        return response
    except web.HTTPRequestEntityTooLarge as error:
        detail = "Your request could not be processed."
        return _refusal(request, Problem(error.status, "Bad Request", detail))


def common_headers(
    server: ServerState,
) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Return what writes the headers of every answer, its date by the clock of the sandbox."""

    async def stamp(request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = f"{server.store.clock():%a, %d %b %Y %H:%M:%S} GMT"
        response.headers["X-Request-Id"] = request.get(REQUEST_ID) or str(uuid4())
        response.headers["Server"] = "sandbox"
        if server.options.allow_example_com:
            response.headers["X-Sandbox-Accepts"] = "example.com"
        response.headers.update(PRIVATE)

    return stamp


def _count_requests(server: ServerState) -> Middleware:
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        server.request_counts.begin(request.method, route_template(request))
        status = int(HTTPStatus.INTERNAL_SERVER_ERROR)
        try:
            response = await handler(request)
            status = response.status
        except (Problem, web.HTTPException) as refusal:
            status = refusal.status
            raise
        finally:
            server.request_counts.end(status if _is_there(request) else None)
        return response

    return middleware


def _limit_connections(server: ServerState) -> Middleware:
    """Refuse more requests in flight than an account may have; no header says how many are free."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if server.request_counts.in_flight > server.options.connections - server.connections_in_use:
            raise too_many_requests(server.options.connections)
        return await handler(request)

    return middleware


def _check_api_key(server: ServerState) -> Middleware:
    """Refuse a request without the key: Basic with any user name, or Bearer."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = key_of(request)
        if not given:
            raise key_missing()
        if not is_same(given, server.api_key):
            secret, _, datacenter = server.api_key.rpartition("-")
            if secret and given.rpartition("-")[0] == secret:
                raise wrong_datacenter(datacenter)
            raise key_invalid()
        return await handler(request)

    return middleware


def _is_there(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


def _refusal(request: web.Request, problem: Problem) -> web.Response:
    return web.Response(
        status=problem.status,
        body=orjson.dumps(problem.document(request[REQUEST_ID])),
        content_type="application/problem+json",
        charset="utf-8",
    )
