"""`loader verify`: where the lists differ from what was confirmed."""

import sys
from dataclasses import asdict
from typing import Any

import click

from loader import __version__
from loader.commands.verify.command import VerifiedAudience, VerifyRun
from loader.model.reasons import DRIFT_TYPES
from loader.model.settings import Settings
from loader.model.wording import counted, left_out
from loader.terminal.options import (
    connections_option,
    log_format_option,
    pop_warehouse_options,
    quiet_option,
    retry_option,
    selection_options,
    warehouse_options,
)
from loader.terminal.output import say, say_json
from loader.terminal.run_command import notifier, open_context, run_and_tell
from loader.terminal.tables import show, wide_option
from loader.text.audience_report import SEVERITY
from loader.text.report import RunReport

COLUMNS: tuple[str, ...] = ("audience", "segment", "drift", "field", "by", "contacts")
COLUMNS += ("email_address", "expected", "actual")


@click.command()
@selection_options
@click.option(
    "--repair",
    "repairs",
    is_flag=True,
    help="Record what differs, so that the next sync repairs it.",
)
@click.option(
    "--sample",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="List N people of each difference; this prints their addresses.",
)
@connections_option
@log_format_option
@retry_option
@click.option("--json", "wants_json", is_flag=True, help="As JSON.")
@wide_option
@quiet_option
@warehouse_options
def verify(
    *,
    repairs: bool,
    sample: int,
    wants_json: bool,
    is_wide: bool,
    is_quiet: bool,
    **options: Any,  # noqa: ANN401 - click passes options by name
) -> None:
    """Compare the lists with what was confirmed.

    Every list is read completely. Verify finds contacts, values, permissions, and members of
    segments and tags that are missing, and those that should not be there. Each difference is a row
    in the table loader_drift; the counts are printed. Nothing is written to Mailchimp. It exits
    with 1 when something differs and was not repaired.

    Changes that people made themselves, such as an unsubscribe, are never reverted: the next sync
    holds them with the reason.
    """
    report = RunReport(run_id="", version=__version__)
    where, retry_seconds = pop_warehouse_options(options), options.pop("retry_seconds")
    settings = Settings(**options, target=where.find().name)
    found = run_and_tell(
        open_context(where, settings, retry_seconds=retry_seconds, is_quiet=is_quiet),
        notifier(where, settings, command="verify"),
        lambda context: VerifyRun(
            context=context, report=report, repairs=repairs, sample=sample
        ).run(),
        lambda run, verified: run.of_drift(verified),
    )
    codes = [report.exit_code, *(one.exit_code for one in found)]
    exit_code = max(codes, key=SEVERITY.index)
    if wants_json:
        say_json({"audiences": [asdict(one) for one in found], "unsent": report.unsent})
    elif exit_code or not is_quiet:
        _print(found, report, is_wide=is_wide)
    sys.exit(exit_code)


def _print(found: list[VerifiedAudience], report: RunReport, *, is_wide: bool) -> None:
    rows = [
        {
            "audience": one.audience,
            "list_id": one.list_id,
            **row,
            "drift": DRIFT_TYPES[row["drift_type"]],
            "by": "a person" if row["is_manual_change"] else "",
        }
        for one in found
        for row in (one.people or one.drift)
    ]
    if rows:
        show(rows, as_json=False, is_wide=is_wide, columns=COLUMNS)
    for one in found:
        say(f"{one.audience} -> {one.list_id}: {_sentence(one)}")
    for line in left_out(report.unsent, "verified"):
        say(line)


def _sentence(one: VerifiedAudience) -> str:
    if one.message is not None:
        return f"stopped: {one.message}"
    if not one.drift:
        return "the list is as confirmed"
    decided = sum(row["contacts"] for row in one.drift if row["is_manual_change"])
    other = sum(row["contacts"] for row in one.drift) - decided
    after = "the next sync repairs them" if one.is_healed else "--repair lets a sync repair them"
    return f"{counted(other, 'difference')} ({after}); {decided:,} made by people, never reverted"
