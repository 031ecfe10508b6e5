"""The routes of the page: plain HTML, rendered here, without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from aiohttp import web

from loader.sandbox.page import views
from loader.sandbox.page.html import page, tag
from loader.sandbox.wire.endpoints import heard
from loader.sandbox.wire.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp.typedefs import Handler

    from loader.sandbox.wire.call import Call
    from loader.sandbox.wire.world import World

    View: TypeAlias = Callable[[Call], str]

NOTHING_ELSE = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def add_pages(app: web.Application, world: World) -> None:
    """Put the page into an application."""
    views_by_path: dict[str, View] = {
        "/": views.index,
        "/lists/{list_id}": views.one_list,
        "/lists/{list_id}/contacts/{subscriber_hash}": views.contact,
    }
    for path, view in views_by_path.items():
        app.router.add_route("GET", path, _handler(world, view))


def _handler(world: World, view: View) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        call = await heard(world, request)
        try:
            status, text = 200, view(call)
        except Problem as problem:
            status, text = problem.status, page(problem.title, tag("p", problem.detail))
        headers = {"Content-Security-Policy": NOTHING_ELSE}
        return web.Response(
            status=status, text=text, content_type="text/html", charset="utf-8", headers=headers
        )

    return handle
