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
    quiet_option,
    retry_option,
    warehouse_options,
)
from loader.cli.progress import listener
from loader.cli.running import until_stopped
from loader.cli.show.tables import show, wide_option
from loader.pipeline.back.pull import Pull, PulledList
from loader.report import SEVERITY
from loader.settings import Patience

if TYPE_CHECKING:
    from datetime import datetime

COLUMNS = ("list_id", "name", "contacts", "campaigns", "message")
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
@wide_option
@quiet_option
@warehouse_options
def pull(*, as_json: bool, is_wide: bool, is_quiet: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Bring what Mailchimp knows into the warehouse, as far as it changed.

    Lists, merge fields, segments and their members, contacts in every status with all that they
    hold, the campaigns that were sent, and who was sent one, opened, clicked, bounced, unsubscribed
    or complained. It can be killed at any moment and run again.
    """
    if options["statuses"] and options["is_full"]:
        raise click.UsageError("--full reads every status; leave out --status, or --full.")
    place = place_of(options)
    found = asyncio.run(_pull(place, options, is_quiet=is_quiet))
    exit_code = max((one.exit_code for one in found), key=SEVERITY.index, default=0)
    if exit_code or as_json or not is_quiet:
        rows = [asdict(one) for one in found]
        show(rows, as_json=as_json, is_wide=is_wide, columns=COLUMNS)
    sys.exit(exit_code)


async def _pull(place: Place, options: dict[str, Any], *, is_quiet: bool) -> list[PulledList]:
    since: datetime | None = options.pop("since")
    patience = Patience(retry_seconds=options.pop("retry_seconds"))
    stopping = asyncio.Event()
    log_format = options.pop("log_format")
    with listener(log_format, is_quiet=is_quiet) as tell, place.open() as warehouse:
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
