"""`loader lists`: the ids to paste into an audience."""

import asyncio
import os

import click

from loader.commands.check.preflight import account_lists
from loader.terminal.tables import show, wide_option

COLUMNS = ("id", "name", "contacts", "unsubscribed", "merge_fields")


@click.command()
@click.option("--account", default="default", show_default=True, help="Name of the credentials.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@wide_option
def lists(*, account: str, as_json: bool, is_wide: bool) -> None:
    """Print the lists of an account, with their ids.

    The table has also their merge fields and counts.
    """
    found = asyncio.run(account_lists(os.environ, account))
    show(found, as_json=as_json, is_wide=is_wide, columns=COLUMNS)
