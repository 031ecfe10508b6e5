"""`loader retire`: take out what an audience put in a place that it no longer has."""

import asyncio
import sys
from typing import Any, NoReturn

import click

from loader import __version__
from loader.audience import ON_LEAVE
from loader.cli.terminal.options import pop_warehouse_options
from loader.cli.terminal.output import say_text
from loader.cli.terminal.run_command import open_context, run_and_report, run_options
from loader.errors import ConfigurationError
from loader.report import RunReport, as_json
from loader.report_text import as_text
from loader.retire.command import RetireRun
from loader.settings import Settings


@click.command()
@click.argument("audience")
@click.option(
    "--on-leave",
    type=click.Choice(ON_LEAVE),
    help="What happens to contacts of ours; default: what the audience says.",
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
    help="A list that Mailchimp does not have was deleted; forget what was put there.",
)
@click.option(
    "--plan", "is_plan", is_flag=True, help="Say what it would do, without a write anywhere."
)
@run_options
def retire(
    *,
    audience: str,
    on_leave: str | None,
    is_list_deleted: bool,
    is_plan: bool,
    **options: Any,  # noqa: ANN401 - click passes options by name
) -> None:
    """Take out what AUDIENCE put in a place that it no longer has.

    A list or a segment that its model named before, or all of them when the model is not in the dbt
    project any more. Its segments are emptied, and deleted when they are ours and nobody else is in
    them; its contacts leave as --on-leave says, unless another audience wants them. What it still
    names stays. The acknowledgements stay too.

    A contact that stays on the list because of --on-leave keep is not ours any more: no audience
    takes it out when it leaves that one. plan, sync and ls tell how many those are.
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
