"""The routes of the web UI: plain HTML, rendered here, without a script."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from aiohttp import web

from loader.sandbox.http.endpoints import decode_request
from loader.sandbox.problems import Problem
from loader.sandbox.web_ui import rehearsal, views
from loader.sandbox.web_ui.html import page, tag

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp.typedefs import Handler

    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.http.server_state import ServerState

    View: TypeAlias = Callable[[Call], str]

NOTHING_ELSE = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def add_pages(app: web.Application, server: ServerState, admin_help: Document) -> None:
    """Put the web UI into an application; `admin_help` is the table of the admin API."""
    views_by_path: dict[str, View] = {
        "/": views.index,
        "/campaigns": rehearsal.all_campaigns,
        "/faults": partial(rehearsal.faults, server),
        "/requests": partial(rehearsal.requests, server),
        "/control": partial(rehearsal.control, admin_help),
        "/lists/{list_id}": views.one_list,
        "/lists/{list_id}/contacts/{subscriber_hash}": views.contact,
    }
    for path, view in views_by_path.items():
        app.router.add_route("GET", path, _handler(server, view))


def _handler(server: ServerState, view: View) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        call = await decode_request(server, request)
        try:
            status, text = 200, view(call)
        except Problem as problem:
            status, text = problem.status, page(problem.title, tag("p", problem.detail))
        headers = {"Content-Security-Policy": NOTHING_ELSE}
        return web.Response(
            status=status, text=text, content_type="text/html", charset="utf-8", headers=headers
        )

    return handle
