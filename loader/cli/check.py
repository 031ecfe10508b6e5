"""`loader check`: what would stop a sync."""

import asyncio
import os
import sys
from typing import Any

import click

from loader import __version__
from loader.commands.check.preflight import RETRY_SECONDS, preflight
from loader.commands.plan.command import PlanRun
from loader.model.settings import Settings
from loader.notices.trial import send_trial
from loader.terminal.options import (
    pop_warehouse_options,
    quiet_option,
    warehouse_options,
)
from loader.terminal.output import say
from loader.terminal.run_command import open_context
from loader.text.audience_report import SEVERITY
from loader.text.report import RunReport


@click.command()
@click.option(
    "--notices", "is_trial", is_flag=True, help="Only send a trial notice to MAILCHIMP_NOTICES."
)
@quiet_option
@warehouse_options
def check(*, is_trial: bool, is_quiet: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """List what would stop a sync, and how to fix it.

    Credentials, lists, merge fields, segments, builds and every guard are checked. It simulates the
    sync as `loader plan` does, and writes nothing to Mailchimp.
    """
    where = pop_warehouse_options(options)
    if is_trial:
        arrived = asyncio.run(send_trial(os.environ, where.find().name))
        if not is_quiet:
            say(arrived)
        return
    settings = Settings(target=where.find().name)
    report = RunReport(run_id="", version=__version__)
    with open_context(where, settings, retry_seconds=RETRY_SECONDS) as context:
        found = asyncio.run(preflight(PlanRun(context=context, report=report)))
    for one in found:
        mark = "FAIL" if one.exit_code else "warn" if one.is_warning else "ok  "
        if one.exit_code or not is_quiet:
            say(f"{mark}  {one.subject}: {one.text}")
    sys.exit(max((one.exit_code for one in found), key=SEVERITY.index))
