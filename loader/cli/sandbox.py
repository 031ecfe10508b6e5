"""`loader sandbox`: a local Mailchimp to rehearse against."""

import asyncio
import sqlite3
from pathlib import Path

import click

from loader.sandbox.faults.fault import KINDS, Fault
from loader.sandbox.faults.parse import InvalidFault, fault_from_text
from loader.sandbox.options import Options
from loader.sandbox.server import serve
from loader.sandbox.state.file import StateRefused
from loader.terminal.output import say


class CannotStart(click.ClickException):
    """The sandbox has no port, or no state; one line says which."""

    exit_code = 2


def _faults(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[Fault, ...]:
    try:
        return tuple(fault_from_text(each) for each in given)
    except InvalidFault as error:
        raise click.BadParameter(f"{error}.") from error


@click.command()
@click.option(
    "--port", default=8765, show_default=True, help="Port to listen on; 0 takes a free one."
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="SQLite file that keeps lists and contacts, readable only by you. Without it they are lost"
    " when the sandbox ends.",
)
@click.option(
    "--allow-example-com",
    is_flag=True,
    help="Accept addresses of example.com and other reserved domains.",
)
@click.option(
    "--connections",
    default=10,
    show_default=True,
    type=click.IntRange(min=1),
    help="Allowed requests in flight; the next one is answered 429.",
)
@click.option(
    "--latency",
    default=0.0,
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    help="Latency of every request, in seconds.",
)
@click.option(
    "--latency-per-member",
    default=0.0,
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    help="Extra latency per contact in a batch, in seconds.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    callback=_faults,
    metavar="KIND=RATE|KIND@N",
    help="Inject a fault into this share of the writes, or into the n-th one; may be repeated."
    f" Kinds: {', '.join(KINDS)}.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Seed for the random fault schedule.",
)
@click.option(
    "--connections-in-use",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Connections that another integration of the account uses.",
)
def sandbox(**given: object) -> None:
    """Run a local Mailchimp on this machine, until Ctrl-C.

    When it is ready it prints its address, a key that is new at each start, and the line that tells
    another terminal of both. Nothing that is sent to it leaves this machine.

    To see the contacts, open its address without /3.0 in a browser. The password is the key, and
    any user name will do. Its pages lead to campaigns, faults, request counts, and to what a
    rehearsal can do that Mailchimp's API cannot (`GET /_control` as JSON).

    Exit codes: 0 stopped; 2 the port, the state file or an option cannot be used.
    """
    options = _options(given)
    try:
        asyncio.run(serve(options, ready=lambda url: _announce(url, options.api_key)))
    except OSError as error:
        reason = error.strerror or error
        raise CannotStart(f"Cannot listen on port {options.port}: {reason}.") from error
    except (StateRefused, sqlite3.Error) as error:
        raise CannotStart(f"Cannot use {options.state} as state: {error}.") from error


def _options(given: dict[str, object]) -> Options:
    try:
        return Options(**given)  # type: ignore[arg-type]  # click gives each option its type
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _announce(url: str, key: str) -> None:
    say(f"Sandbox: {url}  key: {key}")  # click flushes
    say(f"In another terminal: export MAILCHIMP_BASE_URL={url} MAILCHIMP_API_KEY={key}")
    say(f"In a browser: {url.removesuffix('/3.0')}/ (any user name, and the key as password)")
