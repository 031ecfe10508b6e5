"""`loader check`: what a sync would stumble over."""

import asyncio
import os
import sys
from typing import Any

import click

from loader.cli.exits import say
from loader.cli.options import Place, place_of, quiet_option, warehouse_options
from loader.pipeline.inspect import Finding, findings


@click.command()
@quiet_option
@warehouse_options
def check(*, is_quiet: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Credentials, lists, merge fields, segments, builds: a line each, and how to mend it."""
    found = asyncio.run(_findings(place_of(options)))
    for finding in found:
        mark = "FAIL" if finding.exit_code else "ok  "
        if finding.exit_code or not is_quiet:
            say(f"{mark}  {finding.subject}: {finding.text}")
    sys.exit(max(finding.exit_code for finding in found))


async def _findings(place: Place) -> list[Finding]:
    with place.open() as warehouse:
        return await findings(warehouse, os.environ, place.find().name)
