"""Rows for people, for machines and for spreadsheets."""

from loader.cli.exits import Rows, say, say_csv, say_json, say_table


def show(
    rows: Rows,
    *,
    as_json: bool,
    as_csv: bool = False,
    columns: tuple[str, ...] = (),
) -> None:
    """Print rows to standard output: whole as JSON or CSV, some columns as a table for people."""
    if as_json:
        say_json(rows)
    elif as_csv:
        say_csv(rows)
    elif rows:
        say_table(rows, columns or tuple(rows[0]))
    else:
        say("Nothing.")
