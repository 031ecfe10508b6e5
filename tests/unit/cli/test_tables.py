"""What is printed for people: tables, numbers, times, progress."""

import importlib
import io
import json
import pkgutil
import re
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.progress import Progress

import loader.cli
from command_line import commands, inside
from fake_time import FakeTime
from loader.model.wording import counted, left_out, people
from loader.terminal.output import ROOM, SENTENCES, Rows, say_csv, say_json, say_table, shown
from loader.terminal.progress import _Rate

NOON = datetime(2026, 11, 29, 12, 5)  # noqa: DTZ001 - UTC without a zone, as in the warehouse
COLUMNS = ("audience", "email_address", "reason", "rows", "at")
NAMES = st.text("abc @.,äß漢", max_size=120)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "audience": NAMES,
            "email_address": NAMES,
            "reason": st.one_of(st.none(), NAMES),
            "rows": st.integers(0, 10**9),
            "at": st.one_of(st.none(), st.just(NOON)),
        }
    ),
    min_size=1,
    max_size=5,
)


def printed(show: Callable[[], None]) -> list[str]:
    """The lines that a call prints, where standard output is no terminal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COLUMNS", raising=False)
        out = io.StringIO()
        patch.setattr(sys, "stdout", out)
        show()
    return out.getvalue().splitlines()


@given(rows=ROWS)
def test_a_table_fits_80_columns_with_a_line_a_row(rows: Rows) -> None:
    lines = printed(lambda: say_table(rows, COLUMNS))
    width = Console().measure
    assert all(width(line).maximum <= 80 for line in lines[: len(rows) + 1])
    below = lines[len(rows) + 1 :]
    long = [row["reason"] for row in rows if row["reason"] and cell_len(row["reason"]) > ROOM]
    once = list(dict.fromkeys(long)) if below else []
    assert len(below) == len(once)
    assert all(line.endswith(f": {said}") for line, said in zip(below, once, strict=True))


def tables() -> dict[str, tuple[str, ...]]:
    """The columns of every table that a command shows people, by the module of the command."""
    found: dict[str, tuple[str, ...]] = {"totals": ("rows", "outcome", "reason")}
    for each in pkgutil.walk_packages(loader.cli.__path__, "loader.cli."):
        module = importlib.import_module(each.name)
        if hasattr(module, "COLUMNS"):
            found[each.name] = module.COLUMNS
    return found


NAMED = {"audience", "list_id", "segment", "drift", "field", "by", "email_address"}
NAMED |= {"expected", "actual", "outcome", "id", "name", "merge_fields"}
NUMBERS = {"contacts", "rejected", "accepted", "held", "exit_code", "unsubscribed", "rows"}
NUMBERS |= {"campaigns"}
TIMES = {"started_at", "last_run"}


@pytest.mark.parametrize("table", tables())
def test_no_sentence_of_any_table_is_cut_at_80_columns(table: str) -> None:
    columns = tables()[table]
    assert set(columns) <= {*NAMED, *NUMBERS, *TIMES, *SENTENCES}  # which is a new one?
    row: dict[str, Any] = dict.fromkeys(columns, "a rather long name of something")
    row |= dict.fromkeys(TIMES, NOON) | dict.fromkeys(NUMBERS, 1_234_567)
    rows: Rows = [
        row | dict.fromkeys(SENTENCES, f"{number} {'why it is so, and what to do; ' * 15}.")
        for number in range(3)
    ]
    rows += [rows[2], row | dict.fromkeys(SENTENCES, "unsubscribed")]
    head, *lines = printed(lambda: say_table(rows, columns))
    assert max(map(len, [head, *lines[: len(rows)]])) <= 80
    for name in set(SENTENCES) & set(columns):
        assert "unsubscribed" in lines[len(rows) - 1]
        begins = behind(columns, row)
        assert lines[len(rows) :] == [
            *(f"{begins}: {one[name]}" for one in rows[:2]),
            f"{begins}, {begins}: {rows[2][name]}",
        ]


def behind(columns: tuple[str, ...], row: dict[str, Any]) -> str:
    """What a row begins with, as it is shown."""
    return " ".join(shown(row[name]).plain for name in columns[:2])


def test_every_command_with_a_table_says_which_columns_it_has() -> None:
    listing = (f"listing.{name}" for name in ("lists", "ls", "rejections", "runs"))
    commands = {f"loader.cli.{name}" for name in (*listing, "pull", "verify")}
    assert set(tables()) == {"totals", *commands}
    calling = [
        path
        for path in Path(loader.cli.__path__[0]).rglob("*.py")
        if re.search(r"(?<!def )\b(show|say_table)\(", path.read_text())
    ]
    # the tables of questions stand above the questions, and are printed nowhere else
    names = {name.rpartition(".")[2] for name in commands}
    assert {path.stem for path in calling} - {"tables", "audience_questions"} == names


@given(rows=ROWS)
def test_numbers_stand_under_one_another_with_separators_and_whole(rows: Rows) -> None:
    head, *lines = printed(lambda: say_table(rows, ("rows", "audience")))
    end = head.index("rows") + len("rows")
    assert [line[:end].strip() for line in lines] == [f"{row['rows']:,}" for row in rows]
    assert all(line[end - 1 : end].isdigit() for line in lines)


@given(rows=ROWS)
def test_a_wide_table_leaves_nothing_out(rows: Rows) -> None:
    text = "\n".join(printed(lambda: say_table(rows, COLUMNS, is_wide=True)))
    assert "…" not in text
    for row in rows:
        assert row["email_address"].strip() in text


def test_times_carry_their_zone_and_for_machines_their_offset(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [{"at": NOON}]
    say_table(rows, ("at",))
    assert "2026-11-29 12:05 UTC" in capsys.readouterr().out
    say_json(rows)
    (row,) = json.loads(capsys.readouterr().out)
    assert row == {"at": "2026-11-29T12:05:00+00:00"}
    say_csv(rows)
    assert capsys.readouterr().out.splitlines()[1] == "2026-11-29T12:05:00+00:00"


@pytest.mark.parametrize("name", ["", *commands()])
def test_every_command_has_its_help_by_one_letter(tmp_path: Path, name: str) -> None:
    asked = [name] if name else []
    short, long = (inside(tmp_path, (*asked, option), {}) for option in ("-h", "--help"))
    assert (short.exit_code, short.out) == (0, long.out)


def test_the_rate_is_rows_over_all_the_time_that_passed() -> None:
    time = FakeTime()
    progress = Progress(get_time=lambda: time.seconds)
    progress.add_task("readers", total=1_000)
    (task,) = progress.tasks
    told = []
    for seconds, rows in ((10.0, 500), (10.0, 0), (30.0, 500)):
        time.seconds += seconds
        progress.advance(task.id, rows)
        told.append(_Rate().render(task).plain)
    time.seconds += 100.0  # it is done
    assert [*told, _Rate().render(task).plain] == ["50/s", "25/s", "20/s", "20/s"]


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1_200, "1,200 rows")]
)
def test_a_noun_agrees_with_its_number(number: int, told: str) -> None:
    assert counted(number, "row") == told
    assert people(number) == told.replace("rows", "people").replace("row", "person")


def test_audiences_that_are_left_out_for_one_reason_share_a_line() -> None:
    told = left_out({"a": "it is off", "b": "it failed", "c": "it is off"})
    assert told == ["a, c: not sent: it is off", "b: not sent: it failed"]
