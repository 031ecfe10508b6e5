"""`loader sync`: send what Mailchimp has not confirmed yet."""

import sys
from collections.abc import Callable
from typing import Any

import click

from loader.cli.terminal.options import Command, selection_options
from loader.cli.terminal.output import is_agreed
from loader.cli.terminal.run_command import run_and_report, run_options
from loader.commands.sync.run import SyncRun
from loader.model.errors import ConfigurationError, Interrupted
from loader.model.wording import counted


def audience_options(command: Command) -> Command:
    """The options that say which audiences, and what may be done with them."""
    for decorate in (
        click.option(
            "--allow-leaves",
            is_flag=True,
            help="Proceed although more contacts leave, withdraw or lose something than max_leave"
            " allows.",
        ),
        click.option(
            "--allow-first-sync",
            is_flag=True,
            help="Proceed with a first sync onto a list that has contacts from elsewhere.",
        ),
        click.option("--retry-rejected", is_flag=True, help="Retry rejected rows now."),
        click.option(
            "--historical-refresh",
            is_flag=True,
            help="Send everything again, and recreate the segments that the loader created.",
        ),
        click.option(
            "--due", is_flag=True, help="Only audiences that are due by their schedule; for cron."
        ),
        selection_options,
    ):
        command = decorate(command)
    return command


@click.command()
@audience_options
@click.option("--yes", is_flag=True, help="Do not ask for confirmation of a historical refresh.")
@run_options
def sync(*, yes: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Send what Mailchimp has not confirmed yet.

    Every answer is written back into the warehouse.
    """
    run_and_report(
        options,
        lambda context, report: SyncRun(
            context=context, report=report, confirm=_confirm(is_meant=yes)
        ).run(),
        command="sync",
    )


def _confirm(*, is_meant: bool) -> Callable[[dict[str, int]], None]:
    """Ask a person, where there is one, before everything is sent again."""

    def confirm(people: dict[str, int]) -> None:
        said = ", ".join(
            f"{counted(count, 'person', 'people')} of {name}" for name, count in people.items()
        )
        notice = (
            f"A historical refresh sends {said} again. It also deletes and recreates the segments"
            " that the loader created; campaigns and automations that use them are affected."
        )
        if is_meant:
            return
        if not sys.stdin.isatty():
            raise ConfigurationError(f"{notice} If this is intended, run again with --yes.")
        if not is_agreed(f"{notice} Continue?"):
            raise Interrupted("Nothing was sent.")

    return confirm
