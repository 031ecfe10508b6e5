"""`loader plan`: what a sync would do, without a write anywhere."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import click

from loader import __version__
from loader.cli.sync import audience_options
from loader.commands.plan.against import plan_against
from loader.commands.plan.command import PlanRun
from loader.commands.plan.plan_file import as_file
from loader.commands.plan.plan_report import AudiencePlan, as_json, as_markdown, as_text
from loader.files import write_private
from loader.model.errors import ConfigurationError
from loader.model.settings import Settings
from loader.terminal.log import current_log
from loader.terminal.options import (
    clock,
    pop_warehouse_options,
    retry_option,
    warehouse_options,
)
from loader.terminal.output import say_text
from loader.terminal.run_command import open_context
from loader.terminal.usage import UsageFailed
from loader.text.report import RunReport

DETAILED = "--detailed-exitcode"
CHANGES, FAILED = 2, 1  # exit codes with it
SAME_TARGET = (
    "--against names the target that the plan is made from. Name the one that sends, and build the"
    " pull request with another target."
)


class PlanCommand(click.Command):
    """A command in which a wrong usage is no plan with changes."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The options; with `--detailed-exitcode` what is wrong with them ends with 1."""
        is_detailed = DETAILED in args
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            if not is_detailed:
                raise
            raise UsageFailed(error.format_message(), error.ctx) from None


@click.command(cls=PlanCommand)
@audience_options
@click.option(
    "--sample",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="List N people of each kind of change; this prints their addresses.",
)
@click.option("--json", "wants_json", is_flag=True, help="As JSON.")
@click.option("--markdown", "wants_markdown", is_flag=True, help="As Markdown, for a pull request.")
@click.option(
    "--show-addresses",
    is_flag=True,
    help="In Markdown, show the addresses of a sample in full. Without it they are shortened.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write the plan to a file, which `loader sync --plan FILE` carries out.",
)
@click.option(
    "--against",
    metavar="TARGET",
    help="Plan this build against the ledger and contacts of another target, which is only read.",
)
@click.option(
    DETAILED,
    "is_detailed",
    is_flag=True,
    help="Exit with 0 if there is nothing to send, 2 if there is, 1 for bad usage or"
    " configuration.",
)
@retry_option
@warehouse_options
def plan(**options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Report what a sync would do, and write nothing.

    The plan shows who joins, changes, leaves or is held, and how long the sync takes. It reads the
    lists and simulates the sync in the warehouse, in a transaction that is rolled back.

    Rows that Mailchimp will refuse are listed separately from rows that will be written. If a guard
    would stop the sync, the plan says so and still exits with 0.

    With --against, a pull request sees what its build would do to the lists of production.
    """
    is_detailed = options.pop("is_detailed")
    try:
        exit_code, found = _plan(options)
    except ConfigurationError as error:
        if not is_detailed:
            raise
        current_log().say(str(error), exit_code=FAILED)
        sys.exit(FAILED)
    except click.UsageError as error:
        raise (UsageFailed(error.format_message(), error.ctx) if is_detailed else error) from None
    if is_detailed and exit_code == ConfigurationError.exit_code:
        sys.exit(FAILED)
    has_changes = any(one.has_changes for one in found)
    sys.exit(CHANGES if is_detailed and has_changes and not exit_code else exit_code)


def _plan(options: dict[str, Any]) -> tuple[int, list[AudiencePlan]]:
    """Print the plan, and write its file; the exit code of a plan, and what was found."""
    wants_json, wants_markdown = options.pop("wants_json"), options.pop("wants_markdown")
    shows, out, sample = (options.pop(name) for name in ("show_addresses", "out", "sample"))
    against = options.pop("against")
    if wants_json and wants_markdown:
        raise click.UsageError("Choose one of --json and --markdown.")
    if against is not None and (out is not None or options["due"]):
        raise click.UsageError("A plan --against another target takes no --out and no --due.")
    report = RunReport(run_id="", version=__version__)
    where, retry_seconds = pop_warehouse_options(options), options.pop("retry_seconds")
    settings = Settings(**options, target=where.find().name)
    with open_context(where, settings, retry_seconds=retry_seconds) as context:
        run = PlanRun(context=context, report=report, sample=sample, is_to_be_sent=out is not None)
        if against is None:
            found, notes = asyncio.run(run.run()), list[str]()
        else:
            other, wait = where.other(against, same=SAME_TARGET), where.lock_timeout
            found, notes = asyncio.run(plan_against(run, other, wait=wait, tell=current_log().say))
        schema = context.warehouse.schema
    told = (found, report.unsent, report.left_behind, notes)
    if wants_json or wants_markdown:
        say_text(as_json(*told) if wants_json else as_markdown(*told, shows_addresses=shows))
    elif found or report.exit_code or not settings.due:  # else nothing is due
        say_text(as_text(*told))
    if out is not None:
        _write(out, found, report, settings, schema)
    return report.exit_code, found


def _write(
    out: Path, found: list[AudiencePlan], report: RunReport, settings: Settings, schema: str
) -> None:
    """Write the file that `loader sync --plan` carries out, where every audience has a plan."""
    failed = [one.audience for one in found if one.error is not None]
    if failed:
        current_log().say(f"{out} was not written: {', '.join(failed)} cannot be planned.")
        return
    now = clock()()
    content = as_file(
        found, report.unsent, settings, schema=schema, version=report.version, now=now
    )
    try:
        write_private(out, content)
    except OSError as error:
        raise ConfigurationError(f"{out} was not written: {error.strerror}.") from None
    current_log().say(f"Wrote {out}. To send exactly this: loader sync --plan {out}")
