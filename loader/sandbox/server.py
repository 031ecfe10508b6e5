"""The sandbox as a server: READ THIS FIRST; it puts the rooms together and answers requests."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from loader.sandbox.admin_api.lists import make_list
from loader.sandbox.admin_api.routes import HELP, add_routes
from loader.sandbox.api.routes import ROUTES
from loader.sandbox.fault_injection.injector import inject_faults
from loader.sandbox.faults.schedule import FaultSchedule
from loader.sandbox.http.access_control import check_origin, require_key
from loader.sandbox.http.call import BASE
from loader.sandbox.http.endpoints import handler_for
from loader.sandbox.http.middleware import answer_refusals, api_middlewares, common_headers
from loader.sandbox.http.request_counts import RequestCounts
from loader.sandbox.http.server_state import ServerState
from loader.sandbox.options import in_url
from loader.sandbox.state import lists
from loader.sandbox.state.database import Store
from loader.sandbox.web_ui.routes import add_pages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from datetime import datetime

    from loader.sandbox.options import Options

FIRST_LIST = ("f00dcafe01", "Sample shop")
PATIENCE = 1.0  # seconds that requests in flight get when the sandbox stops


async def serve(
    options: Options,
    *,
    ready: Callable[[str], None],
    clock: Callable[[], datetime] | None = None,
) -> None:
    """Run a sandbox until it is cancelled, or told to stop by SIGINT or SIGTERM.

    Args:
        options: what was asked for.
        ready: called once with the base URL, when requests are answered.
        clock: the time of day; the machine's, if none is given.
    """
    server = open_server_state(options, clock)
    runner = web.AppRunner(application(server), access_log=None, shutdown_timeout=PATIENCE)
    try:
        with _signals() as stop:  # before anybody hears that we are here
            await runner.setup()
            await web.TCPSite(runner, options.host, options.port).start()
            port = runner.addresses[0][1]
            ready(f"http://{in_url(options.host)}:{port}{BASE}")
            await stop.wait()
    finally:
        await runner.cleanup()
        server.store.close()


def open_server_state(options: Options, clock: Callable[[], datetime] | None = None) -> ServerState:
    """Open the state; a fresh one has one list and no contacts."""
    store = Store(options.state, clock)
    if not lists.all_lists(store):
        with store.writing():
            make_list(store, *FIRST_LIST)
    return ServerState(
        options=options,
        store=store,
        request_counts=RequestCounts(),
        api_key=options.api_key,
        faults=FaultSchedule(options.faults, options.seed),
        connections_in_use=options.connections_in_use,
    )


def application(server: ServerState) -> web.Application:
    """Return the API, the admin API and the web UI as one application."""
    api = web.Application(middlewares=[*api_middlewares(server), inject_faults(server)])
    for method, path, function in ROUTES:
        api.router.add_route(method, path, handler_for(server, function))
    app = web.Application(middlewares=[answer_refusals, check_origin, require_key(server, api)])
    app.on_response_prepare.append(common_headers(server))
    app.on_shutdown.append(_end_waits(server))
    add_routes(app, server)
    add_pages(app, server, HELP)
    app.add_subapp(BASE, api)
    return app


def _end_waits(server: ServerState) -> Callable[[web.Application], Awaitable[None]]:
    """Return what ends the requests that a fault keeps waiting, when the sandbox stops."""

    async def release(_: web.Application) -> None:
        server.stopping.set()
        server.faults.ended.set()

    return release


@contextmanager
def _signals() -> Iterator[asyncio.Event]:
    """Turn SIGINT and SIGTERM into an event for as long as the sandbox runs."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
