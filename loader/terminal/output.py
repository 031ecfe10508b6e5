"""The only way out: what a command prints, asks or writes goes through here, and its filter."""

import csv
import sys
from datetime import datetime
from typing import Any

import click
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from loader.model.wording import moment
from loader.text.foreign_text import as_json, in_csv, one_line

WIDE = 1000  # characters, of a table that leaves nothing out
SENTENCES = ("status", "reason", "message")  # columns in which sentences stand
ROOM = 12  # characters of a sentence that stays in a table which does not fit: "unsubscribed"

Rows = list[dict[str, Any]]


def say(text: str, *, err: bool = False) -> None:
    """Print one line; a line end in it is shown as its escape.

    Args:
        text: of anybody.
        err: whether it goes to standard error.
    """
    click.echo(one_line(text), err=err)


def say_text(text: str) -> None:
    """Print a text of several lines, each of which was made by us.

    Args:
        text: whose lines hold nothing of others that was not made harmless.
    """
    for line in text.split("\n"):
        say(line)


def say_json(value: Any, *, is_event: bool = False) -> None:  # noqa: ANN401 - JSON is anything
    """Print values as JSON: indented to standard output, or an event to standard error.

    Args:
        value: what JSON can say.
        is_event: whether it is a line of progress.
    """
    click.echo(as_json(value, is_indented=not is_event), err=is_event)


def say_csv(rows: Rows) -> None:
    """Print rows as CSV in which no cell is a formula.

    Args:
        rows: all with the same columns.
    """
    writer = csv.writer(sys.stdout)
    writer.writerow(map(in_csv, rows[0] if rows else ()))
    writer.writerows(map(in_csv, row.values()) for row in rows)


def say_table(rows: Rows, columns: tuple[str, ...], *, is_wide: bool = False) -> None:
    """Print some columns of rows as a table, without those in which nothing stands.

    It fits the terminal, or 80 characters where there is none: a name that is too long ends in an
    ellipsis. A sentence is never cut: where the table does not fit, it stands below, once, behind
    what its rows begin with. A wide table has room for everything.

    Args:
        rows: of a query.
        columns: those that are shown, in this order.
        is_wide: whether there is room for everything.
    """
    names = [name for name in columns if any(row.get(name) not in (None, "") for row in rows)]
    console = Console(width=WIDE if is_wide else None)
    table = _table(rows, names)
    below: list[str] = []
    if console.measure(table, options=console.options.update(width=WIDE)).maximum > console.width:
        below = _sentences(rows, names)
        table = _table([_shortened(row) for row in rows], names)
    console.print(table)
    for line in below:
        say(line)


def _sentences(rows: Rows, names: list[str]) -> list[str]:
    """Each sentence that is too long for a cell, behind the rows that it belongs to."""
    of: dict[str, list[str]] = {}
    for sentence in SENTENCES:
        for row in rows if sentence in names else ():
            if _is_long(row.get(sentence)):
                begins = " ".join(shown(row.get(name)).plain for name in names[:2])
                of.setdefault(row[sentence], []).append(begins)
    return [f"{', '.join(found)}: {said}" for said, found in of.items()]


def _table(rows: Rows, names: list[str]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in names:
        values = [row.get(name) for row in rows]
        is_number = all(isinstance(value, int | None) for value in values)
        is_short = is_number or all(isinstance(value, datetime | None) for value in values)
        is_short = is_short or (name in SENTENCES and not any(map(_is_long, values)))
        justify = "right" if is_number else "left"
        table.add_column(shown(name), justify=justify, no_wrap=is_short)  # type: ignore[arg-type]  # two of its words
    for row in rows:
        table.add_row(*(shown(row.get(name)) for name in names))
    return table


def _is_long(sentence: object) -> bool:
    return cell_len(shown(sentence).plain) > ROOM


def _shortened(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose long sentences stand elsewhere."""
    moved = [name for name in SENTENCES if _is_long(row.get(name))]
    return row | dict.fromkeys(moved, "(below)")


def shown(value: object) -> Text:
    """A value for rich, which finds no mark-up in it and keeps it in one line.

    Args:
        value: of a cell.

    Returns:
        One line, that ends in an ellipsis where it is cut.
    """
    if isinstance(value, datetime):
        text = moment(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        text = f"{value:,}"
    elif isinstance(value, list):
        text = ", ".join(map(one_line, value))
    else:
        text = "" if value is None else one_line(value)
    return Text(text, no_wrap=True, overflow="ellipsis")


def answer_to(question: str, default: str | None = None, *, is_secret: bool = False) -> str:
    """Ask a person on standard error for a line.

    Args:
        question: of ours.
        default: what an empty line means; None asks again.
        is_secret: whether what they type is not shown.

    Returns:
        What they typed, or the default.
    """
    shown_default = f" [{one_line(default)}]" if default else ""
    answer: str = click.prompt(
        f"{one_line(question)}{shown_default}",
        default=default,
        show_default=False,
        hide_input=is_secret,
        err=True,
    )
    return answer


def is_agreed(question: str) -> bool:
    """Ask a person on standard error, yes or no.

    Args:
        question: of ours.

    Returns:
        Whether they said yes.
    """
    return click.confirm(one_line(question), err=True)
