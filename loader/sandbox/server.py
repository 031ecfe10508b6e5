"""The sandbox as a server: one process, one state, one account."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from loader.sandbox.api.routes import ROUTES
from loader.sandbox.control.lists import make_list
from loader.sandbox.control.routes import add_routes
from loader.sandbox.faults.model import Faults
from loader.sandbox.options import in_url
from loader.sandbox.page.routes import add_pages
from loader.sandbox.state import lists
from loader.sandbox.state.database import Store
from loader.sandbox.wire.call import BASE
from loader.sandbox.wire.endpoints import endpoint
from loader.sandbox.wire.gates import gates, identified, stamped
from loader.sandbox.wire.traffic import Traffic
from loader.sandbox.wire.visitors import from_here, with_key
from loader.sandbox.wire.world import World

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
    world = build(options, clock)
    runner = web.AppRunner(application(world), access_log=None, shutdown_timeout=PATIENCE)
    try:
        with _signals() as stop:  # before anybody hears that we are here
            await runner.setup()
            await web.TCPSite(runner, options.host, options.port).start()
            port = runner.addresses[0][1]
            ready(f"http://{in_url(options.host)}:{port}{BASE}")
            await stop.wait()
    finally:
        await runner.cleanup()
        world.store.close()


def build(options: Options, clock: Callable[[], datetime] | None = None) -> World:
    """Open the state; a fresh one has one list and no contacts."""
    store = Store(options.state, clock)
    if not lists.all_lists(store):
        with store.writing():
            make_list(store, *FIRST_LIST)
    return World(
        options=options,
        store=store,
        traffic=Traffic(),
        api_key=options.api_key,
        faults=Faults(options.faults, options.seed),
        taken=options.taken,
    )


def application(world: World) -> web.Application:
    """Return the API, the control interface and the page as one application."""
    api = web.Application(middlewares=gates(world))
    for method, path, function in ROUTES:
        api.router.add_route(method, path, endpoint(world, function))
    app = web.Application(middlewares=[identified, from_here, with_key(world, api)])
    app.on_response_prepare.append(stamped(world))
    app.on_shutdown.append(_released(world))
    add_routes(app, world)
    add_pages(app, world)
    app.add_subapp(BASE, api)
    return app


def _released(world: World) -> Callable[[web.Application], Awaitable[None]]:
    """Return what ends the requests that a fault keeps waiting."""

    async def release(_: web.Application) -> None:
        world.ending.set()
        world.faults.over.set()

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
