"""`loader lists`: the ids to paste into an audience."""

import asyncio
import os

import click

from loader.cli.show.tables import show
from loader.pipeline.inspect import account_lists


@click.command()
@click.option("--account", default="default", show_default=True, help="Which credentials.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def lists(*, account: str, as_json: bool) -> None:
    """The account's lists with their ids, merge fields and counts."""
    show(asyncio.run(account_lists(os.environ, account)), as_json=as_json)
