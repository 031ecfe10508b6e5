"""`loader check`: what a sync would stumble over."""

import asyncio
import os
import sys
from importlib.metadata import version
from typing import Any

import click

from loader.cli.exits import say
from loader.cli.options import Place, clock, place_of, quiet_option, warehouse_options
from loader.pipeline.inspect import PATIENCE, Finding, findings
from loader.pipeline.plan import Planning
from loader.report import SEVERITY, RunReport
from loader.settings import Settings


@click.command()
@quiet_option
@warehouse_options
def check(*, is_quiet: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """What would stop a sync: a line each, and how to mend it.

    Credentials, lists, merge fields, segments, builds, and every guard: it goes through the sync as
    `loader plan` does, and writes nothing to Mailchimp.
    """
    found = asyncio.run(_findings(place_of(options)))
    for finding in found:
        mark = "FAIL" if finding.exit_code else "ok  "
        if finding.exit_code or not is_quiet:
            say(f"{mark}  {finding.subject}: {finding.text}")
    sys.exit(max((finding.exit_code for finding in found), key=SEVERITY.index))


async def _findings(place: Place) -> list[Finding]:
    with place.open() as warehouse:
        planning = Planning(
            warehouse=warehouse,
            settings=Settings(target=place.find().name),
            environment=os.environ,
            report=RunReport(run_id="", version=version("dbt-mailchimp")),
            most=0,
            patience=PATIENCE,
            now=clock(),
        )
        return await findings(planning)
