"""`loader sync`: send what Mailchimp has not confirmed yet."""

import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from loader.commands.plan.plan_file import LARGEST, from_file
from loader.commands.sync.run import SyncRun
from loader.model.approved_plan import PLANNED_OPTIONS, ApprovedPlan
from loader.model.errors import ConfigurationError, Interrupted
from loader.model.wording import counted
from loader.session.approval import Approval
from loader.terminal.options import Command, selection_options
from loader.terminal.output import is_agreed
from loader.terminal.run_command import run_and_report, run_options
from loader.terminal.usage import duration


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
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Send exactly what this file of `loader plan --out` says, or nothing.",
)
@click.option(
    "--max-age",
    type=duration,
    metavar="TIME",
    help="Refuse a plan file that is older than this, as in 90m, 24h or 7d. Default: any age.",
)
@run_options
def sync(
    *,
    yes: bool,
    plan_file: Path | None,
    max_age: timedelta | None,
    **options: Any,  # noqa: ANN401 - click passes options by name
) -> None:
    """Send what Mailchimp has not confirmed yet.

    Every answer is written back into the warehouse.

    With --plan nothing is sent unless every list would get what the file says, row by row. A file
    is used once, and brings the options that it was made with.
    """
    approval = None
    if plan_file is not None:
        approved = _approved(plan_file, options)
        options |= approved.options
        approval = Approval(approved, max_age=max_age)
    elif max_age is not None:
        raise click.UsageError("--max-age is the age of a plan file: name it with --plan.")
    run_and_report(
        options,
        lambda context, report: SyncRun(
            context=context, report=report, confirm=_confirm(is_meant=yes), approval=approval
        ).run(),
        command="sync",
    )


def _approved(path: Path, options: dict[str, Any]) -> ApprovedPlan:
    """The plan in a file, which has the options that change what is sent."""
    given = [name for name in PLANNED_OPTIONS if options[name]]
    if given:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise click.UsageError(f"The plan file has the options of its plan: leave out {named}.")
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise ConfigurationError(
            f"The plan file {path} cannot be read: {error.strerror}. Nothing was sent."
        ) from None
    if len(content) > LARGEST:
        raise ConfigurationError(f"The file {path} is too large for a plan. Nothing was sent.")
    return from_file(content)


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
