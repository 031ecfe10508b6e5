"""`loader pull`: Mailchimp into the warehouse."""

import sys
from dataclasses import asdict
from typing import Any

import click

from loader.commands.pull.command import PullRun
from loader.model.mailchimp_facts import STATUSES
from loader.model.settings import Settings
from loader.terminal.options import (
    connections_option,
    log_format_option,
    pop_warehouse_options,
    quiet_option,
    retry_option,
    warehouse_options,
)
from loader.terminal.run_command import open_context, stoppable
from loader.terminal.tables import show, wide_option
from loader.text.audience_report import SEVERITY

COLUMNS = ("list_id", "name", "contacts", "campaigns", "message")


@click.command()
@click.option("--select", "-s", multiple=True, help="Only this list, by id or name; repeatable.")
@click.option("--account", default="default", show_default=True, help="Name of the credentials.")
@click.option(
    "--full", "is_full", is_flag=True, help="Read all contacts, and remove those that were deleted."
)
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice(STATUSES),
    help="Read only contacts in this status; repeatable. The next pull reads the others.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="Read contacts that changed since this moment (UTC), even if a pull has read them.",
)
@connections_option
@log_format_option
@retry_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@wide_option
@quiet_option
@warehouse_options
def pull(*, as_json: bool, is_wide: bool, is_quiet: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Read what changed in Mailchimp into the warehouse.

    It reads lists, merge fields, segments and their members, contacts in every status with all
    their values, and the campaigns that were sent. It also reads who was sent a campaign, opened,
    clicked, bounced, unsubscribed or complained. It can be killed at any moment and run again.
    """
    if options["statuses"] and options["is_full"]:
        raise click.UsageError("--full reads every status. Leave out --status or --full.")
    where, retry_seconds = pop_warehouse_options(options), options.pop("retry_seconds")
    settings = Settings(connections=options.pop("connections"))
    opened = open_context(where, settings, retry_seconds=retry_seconds, is_quiet=is_quiet)
    with opened as context:
        work = PullRun(context=context, **options).run()
        with stoppable(work, context.stopping) as loop:
            found = loop.run_until_complete(work)
    exit_code = max((one.exit_code for one in found), key=SEVERITY.index, default=0)
    if exit_code or as_json or not is_quiet:
        rows = [asdict(one) for one in found]
        show(rows, as_json=as_json, is_wide=is_wide, columns=COLUMNS)
    sys.exit(exit_code)
