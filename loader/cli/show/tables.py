"""Rows for people, for machines and for spreadsheets."""

import csv
import sys
from datetime import datetime
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 1000  # characters: a pipe has no edge to fold at


def show(
    rows: list[dict[str, Any]],
    *,
    as_json: bool,
    as_csv: bool = False,
    columns: tuple[str, ...] = (),
) -> None:
    """Print rows to standard output: whole as JSON or CSV, some columns as a table for people."""
    if as_json:
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2))
    elif as_csv:
        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows(rows)
    elif rows:
        console = Console() if sys.stdout.isatty() else Console(width=WIDE)
        console.print(_table(rows, columns or tuple(rows[0])))
    else:
        click.echo("Nothing.")


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> Table:
    names = [name for name in columns if any(row.get(name) not in (None, "") for row in rows)]
    table = Table(box=None, pad_edge=False)
    for name in names:
        is_number = all(isinstance(row.get(name), int | None) for row in rows)
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row.get(name)) for name in names))
    return table


def _cell(value: object) -> Text:
    if isinstance(value, datetime):
        return Text(value.strftime("%Y-%m-%d %H:%M:%S"))
    return Text("" if value is None else str(value))
