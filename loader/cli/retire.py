"""`loader retire`: remove what an audience created at a list or segment of the past."""

import asyncio
import sys
from typing import Any, NoReturn

import click

from loader import __version__
from loader.commands.retire.command import RetireRun
from loader.model.audience import ON_LEAVE
from loader.model.errors import ConfigurationError
from loader.model.settings import Settings
from loader.terminal.options import pop_warehouse_options
from loader.terminal.output import say_text
from loader.terminal.run_command import open_context, run_and_report, run_options
from loader.text.report import RunReport, as_json
from loader.text.report_text import as_text


@click.command()
@click.argument("audience")
@click.option(
    "--on-leave",
    type=click.Choice(ON_LEAVE),
    help="What happens to contacts that the loader created. Default: on_leave of the audience.",
)
@click.option(
    "--allow-leaves",
    is_flag=True,
    help="Proceed although more contacts leave than max_leave allows.",
)
@click.option(
    "--list-deleted",
    "is_list_deleted",
    is_flag=True,
    help="The list was deleted in Mailchimp: drop its records.",
)
@click.option("--plan", "is_plan", is_flag=True, help="Report what it would do, and write nothing.")
@run_options
def retire(
    *,
    audience: str,
    on_leave: str | None,
    is_list_deleted: bool,
    is_plan: bool,
    **options: Any,  # noqa: ANN401 - click passes options by name
) -> None:
    """Remove what an audience left behind.

    That is what AUDIENCE created at a list or segment that its model no longer names. If the model
    is no longer in the dbt project, it is everything that AUDIENCE created. Segments are emptied.
    Those that the loader created are deleted when nobody else is in them. Contacts leave as
    --on-leave says, unless another audience wants them. The acknowledgements stay.

    With --on-leave keep, contacts stay on the list and are released: no audience removes them
    later. plan, sync and ls report how many those are.
    """
    if is_plan and is_list_deleted:
        raise ConfigurationError("Choose one of --plan and --list-deleted.")
    if is_plan:
        _plan(options, audience, on_leave)
    run_and_report(
        options,
        lambda context, report: RetireRun(
            context=context,
            report=report,
            name=audience,
            on_leave=on_leave,
            is_list_deleted=is_list_deleted,
        ).run(),
        command="retire",
        argument=audience,
    )


def _plan(options: dict[str, Any], audience: str, on_leave: str | None) -> NoReturn:
    """Print what a retirement would do; a guard that would stop it is no error here."""
    where, retry_seconds = pop_warehouse_options(options), options.pop("retry_seconds")
    wants_json = options.pop("wants_json")
    settings = Settings(
        connections=options["connections"],
        allow_leaves=options["allow_leaves"],
        target=where.find().name,
    )
    report = RunReport(run_id="", version=__version__, is_plan=True)
    with open_context(where, settings, retry_seconds=retry_seconds) as context:
        run = RetireRun(context=context, report=report, name=audience, on_leave=on_leave)
        asyncio.run(run.dry_run())
    say_text(as_json(report).decode() if wants_json else as_text(report))
    sys.exit(report.exit_code)
