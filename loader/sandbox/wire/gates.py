"""The gates in front of every endpoint, outermost first.

A request gets an id, is meant for this server, is counted, finds a free connection, shows its key,
meets the fault that is due, and reaches its endpoint. What is refused at any gate leaves as
problem+json with the id of the request.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import uuid4

import orjson
from aiohttp import web

from loader.sandbox.faults.gate import faulty
from loader.sandbox.wire.endpoints import route_of
from loader.sandbox.wire.problems import (
    Problem,
    key_invalid,
    key_missing,
    not_allowed,
    not_found,
    too_many_requests,
    wrong_datacenter,
)
from loader.sandbox.wire.visitors import ASK_FOR_KEY, PRIVATE, KeyWanted, is_same, key_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.typedefs import Handler, Middleware

    from loader.sandbox.wire.world import World

REQUEST_ID = web.RequestKey("request_id", str)


def gates(world: World) -> list[Middleware]:
    """Return the gates below /3.0 in the order in which a request meets them."""
    return [_counted(world), _connected(world), _authenticated(world), faulty(world)]


@web.middleware
async def identified(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request its id, and every refusal its form."""
    request[REQUEST_ID] = str(uuid4())
    try:
        return await handler(request)
    except KeyWanted as wanted:
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


def stamped(world: World) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Return what writes the headers that every answer has, on the sandbox's own clock."""

    async def stamp(request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = f"{world.store.clock():%a, %d %b %Y %H:%M:%S} GMT"
        response.headers["X-Request-Id"] = request.get(REQUEST_ID) or str(uuid4())
        response.headers["Server"] = "sandbox"
        if world.options.allow_example_com:
            response.headers["X-Sandbox-Accepts"] = "example.com"
        response.headers.update(PRIVATE)

    return stamp


def _counted(world: World) -> Middleware:
    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        world.traffic.arrive(request.method, route_of(request))
        status = int(HTTPStatus.INTERNAL_SERVER_ERROR)
        try:
            response = await handler(request)
            status = response.status
        except (Problem, web.HTTPException) as refusal:
            status = refusal.status
            raise
        finally:
            world.traffic.leave(status if _is_there(request) else None)
        return response

    return gate


def _connected(world: World) -> Middleware:
    """Refuse more requests in flight than an account may have; no header says how many are free."""

    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        if world.traffic.in_flight > world.options.connections - world.taken:
            raise too_many_requests(world.options.connections)
        return await handler(request)

    return gate


def _authenticated(world: World) -> Middleware:
    """Refuse a request without the key: Basic with any user name, or Bearer."""

    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = key_of(request)
        if not given:
            raise key_missing()
        if not is_same(given, world.api_key):
            secret, _, datacenter = world.api_key.rpartition("-")
            if secret and given.rpartition("-")[0] == secret:
                raise wrong_datacenter(datacenter)
            raise key_invalid()
        return await handler(request)

    return gate


def _is_there(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


def _refusal(request: web.Request, problem: Problem) -> web.Response:
    return web.Response(
        status=problem.status,
        body=orjson.dumps(problem.document(request[REQUEST_ID])),
        content_type="application/problem+json",
        charset="utf-8",
    )
