"""`loader pull`: Mailchimp into the warehouse."""

import asyncio
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from loader.cli.options import (
    Place,
    connections_option,
    log_format_option,
    place_of,
    retry_option,
    warehouse_options,
)
from loader.cli.progress import listener
from loader.cli.running import until_stopped
from loader.cli.show.tables import show
from loader.pipeline.back.pull import Pull, PulledList
from loader.report import SEVERITY
from loader.settings import Patience

if TYPE_CHECKING:
    from datetime import datetime

STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")


@click.command()
@click.option("--select", "-s", multiple=True, help="Only this list, by id or name; repeatable.")
@click.option("--account", default="default", show_default=True, help="Which credentials.")
@click.option(
    "--full", "is_full", is_flag=True, help="Read all contacts, and take out who was deleted."
)
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice(STATUSES),
    help="Read contacts in this status alone; repeatable. The next pull reads the others.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="Read contacts again that changed since this moment (UTC), before the last pull.",
)
@connections_option
@log_format_option
@retry_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@warehouse_options
def pull(*, as_json: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Bring what Mailchimp knows into the warehouse, as far as it changed.

    Lists, merge fields, segments and their members, contacts in every status with all that they
    hold, the campaigns that were sent, and who was sent one, opened, clicked, bounced, unsubscribed
    or complained. It can be killed at any moment and run again.
    """
    if options["statuses"] and options["is_full"]:
        raise click.UsageError("--full reads every status; leave out --status, or --full.")
    place = place_of(options)
    found = asyncio.run(_pull(place, options))
    columns = ("list_id", "name", "contacts", "campaigns", "campaigns_read", "not_ready", "message")
    show([asdict(one) for one in found], as_json=as_json, columns=columns)
    sys.exit(max((one.exit_code for one in found), key=SEVERITY.index, default=0))


async def _pull(place: Place, options: dict[str, Any]) -> list[PulledList]:
    since: datetime | None = options.pop("since")
    patience = Patience(retry_seconds=options.pop("retry_seconds"))
    stopping = asyncio.Event()
    with listener(options.pop("log_format")) as tell, place.open() as warehouse:
        running = Pull(
            warehouse=warehouse,
            environment=os.environ,
            stopping=stopping,
            tell=tell,
            since=since,
            patience=patience,
            **options,
        )
        return await until_stopped(running.run(), stopping)
