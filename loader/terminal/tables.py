"""Rows for people, for machines and for spreadsheets."""

import click

from loader.terminal.options import Command
from loader.terminal.output import Rows, say, say_csv, say_json, say_table


def wide_option(command: Command) -> Command:
    """The option that asks for all columns of a table, each in full."""
    return click.option(
        "--wide",
        "is_wide",
        is_flag=True,
        help="Print all columns in full, however wide the table is.",
    )(command)


def show(
    rows: Rows,
    *,
    as_json: bool,
    as_csv: bool = False,
    is_wide: bool = False,
    columns: tuple[str, ...] = (),
) -> None:
    """Print rows to standard output: whole as JSON or CSV, some columns as a table for people.

    Args:
        rows: of a query.
        as_json: whether they are for a program.
        as_csv: whether they are for a spreadsheet.
        is_wide: whether all columns are shown, in full.
        columns: those that people are shown; none is all.
    """
    if as_json:
        say_json(rows)
    elif as_csv:
        say_csv(rows)
    elif rows:
        say_table(rows, tuple(rows[0]) if is_wide or not columns else columns, is_wide=is_wide)
    else:
        say("Nothing.")
