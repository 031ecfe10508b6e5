"""Foreign text leaves the program through the doors that the page of them names, and no other."""

import ast
import csv
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from loader.commands.plan.plan_report import AudiencePlan, Memberships, as_markdown, as_text
from loader.commands.plan.plan_report import as_json as forecast_json
from loader.files import write_private
from loader.model.list_schema import LeftBehind
from loader.terminal.log import Log
from loader.terminal.output import (
    Rows,
    say,
    say_csv,
    say_json,
    say_table,
    say_text,
)
from loader.terminal.progress import progress_reporter
from loader.text.audience_report import AudienceReport
from loader.text.events import ProgressEvent
from loader.text.report import RunReport
from loader.text.report import as_json as report_json
from loader.text.report_text import as_text as report_text

ROOT = Path(__file__).parent.parent.parent.parent
PAGE = (ROOT / "docs/explanation/foreign_text.md").read_text()
SOURCES = sorted((ROOT / "loader").rglob("*.py"))
# what prints, logs or writes: whatever these modules do of that kind, and calls of these names
MODULES = {
    "click": {"echo", "secho", "prompt", "confirm", "echo_via_pager", "edit", "UsageError"},
    "web": {"Response", "StreamResponse", "json_response", "FileResponse"},
    "os": {"open", "write", "fdopen"},
    "warnings": {"warn"},
    "logging": {"getLogger", "basicConfig", "debug", "info", "warning", "error", "exception"},
    "csv": {"writer", "DictWriter"},
    "sqlite3": {"connect"},
    "tempfile": {"mkstemp", "NamedTemporaryFile", "TemporaryFile", "mkdtemp"},
    "traceback": {"print_exc", "print_exception"},
}
CALLS = {"print", "open", "write_text", "write_bytes", "Console"}
STREAMS = {"stdout", "stderr", "__stdout__", "__stderr__"}
# of those, what lets no foreign text out, and why
NO_DOORS = {
    "loader/terminal/progress.py::progress_reporter": "asks whether this is a terminal",
    "loader/cli/copy.py::_copy": "opens two warehouses",
    "loader/cli/plan.py::_plan": "a sentence of ours about its options",
    "loader/cli/plan.py::plan": "a sentence of ours about its options",
    "loader/cli/sync.py::sync": "a sentence of ours about its options",
    "loader/cli/sync.py::_approved": "names of options, and a file that is read",
    "loader/cli/pull.py::pull": "a sentence of ours about its options",
    "loader/cli/sandbox.py::_options": "a sentence of ours about its options",
    "loader/notices/send.py::_in_silence": "keeps apprise from logging",
    "loader/sandbox/http": "JSON for programs",
    "loader/sandbox/admin_api": "JSON for programs",
    "loader/sandbox/fault_injection": "faults, in words of ours",
    "loader/sandbox/state/database.py::save_copy": "a copy in memory",
    "loader/sandbox/state/file.py": "opens the file that the database fills",
    "loader/warehouse/engine/duckdb/rewriting.py": "makes what DuckDB fills",
}
HOSTILE = "\x1b]0;x\x07\u202e@octocat ```\n| =1 <img src=x> [a](//b) \u200b\x9b2J"
SIGNS = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202e]")


def doors(path: Path) -> Iterator[str]:
    """The functions of a file in which something leaves the program."""

    def walk(node: ast.AST, function: str) -> Iterator[str]:
        name = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else function
        if is_exit(node):
            yield f"{path.relative_to(ROOT).as_posix()}::{name}"
        for child in ast.iter_child_nodes(node):
            yield from walk(child, name)

    return walk(ast.parse(path.read_text()), "")


def is_exit(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="sys"), attr=name):
            return name in STREAMS
        case ast.Call(func=ast.Attribute(value=ast.Name(id=of), attr=name)) if of in MODULES:
            return name in MODULES[of]
        case ast.Call(func=ast.Attribute(value=ast.Name(id="where"), attr="open")):
            return False  # a warehouse is opened
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in CALLS
    return False


def test_the_page_names_every_door_and_its_filter() -> None:
    found = {
        door
        for path in SOURCES
        for door in doors(path)
        if not any(door.startswith(one) for one in NO_DOORS)
    }
    rows = dict(re.findall(r"^\| `([\w/]+\.py::\w+)` \| [^|]+ \| ([^|]+) \|$", PAGE, re.MULTILINE))
    assert found - set(rows) == set()
    filters = set(re.findall(r"^\| `(\w+)` \| [^|]+ \|$", PAGE, re.MULTILINE))
    for door, said in rows.items():
        path, _, function = door.partition("::")
        assert f"def {function}(" in (ROOT / path).read_text()
        assert set(re.findall(r"`(\w+)`", said)) & (filters | {"escape", "private"})
    defined = (ROOT / "loader/text/foreign_text.py").read_text()
    assert all(f"def {name}(" in defined for name in filters)


def report_of(text: str) -> RunReport:
    one = AudienceReport(audience=text, list_id=text)
    one.counts["contact", "accepted"] = 1
    one.reasons["rejected", text] = 1
    one.fail(3, text)
    return RunReport(
        run_id="r", version="v", audiences=[one], unsent={text: text}, left_behind=left_of(text)
    )


def forecasts_of(text: str) -> list[AudiencePlan]:
    names = ("category", "segment", "reason", "person_id", "email_address")
    whole = AudiencePlan(
        audience=text,
        list_id=text,
        list_name=text,
        reasons={"held": {text: 1}, "refused": {text: 1}},
        segments={text: Memberships(given=1)},
        tags={text: Memberships(taken=1)},
        to_make={"merge fields": (text, text)},
        before={text: 1},
        after={text: 1},
        stops=(text,),
        people=(dict.fromkeys(names, text),),
    )
    return [whole, AudiencePlan(audience=text, list_id=text, error=text)]


def progress(text: str, log_format: str) -> None:
    log = Log(is_json=log_format == "json")
    with progress_reporter(log) as tell:
        for kind in ("planned", "reading", "answered", "read", "finished"):
            names = {"subject": text, "audience": text, "list_id": text, "message": text}
            tell(ProgressEvent(kind=kind, rows=1, **names))  # type: ignore[arg-type]  # only texts
    log.say(text)
    log.say(text, exit_code=3)
    log.ended(4, text)


def rows_of(text: str) -> Rows:
    return [{"name": text, text: text, "number": -1}]


def left_of(text: str) -> tuple[LeftBehind, ...]:
    """What stays behind, in which every name is a text."""
    return (
        LeftBehind(
            audience=text, list_id=text, contacts=1, segments=(text,), command=text, said=text
        ),
    )


PRINTED: dict[str, Callable[[str], None]] = {
    "line": say,
    "error": lambda text: say(f"Error: {text}", err=True),
    "table": lambda text: say_table(rows_of(text), ("name", text, "number")),
    "csv": lambda text: say_csv(rows_of(text)),
    "json": lambda text: say_json(rows_of(text)),
    "event": lambda text: say_json(rows_of(text), is_event=True),
    "report": lambda text: say_text(report_text(report_of(text))),
    "report as json": lambda text: say_text(report_json(report_of(text)).decode()),
    "forecast": lambda text: say_text(as_text(forecasts_of(text), {text: text}, left_of(text))),
    "forecast as json": lambda text: say_text(
        forecast_json(forecasts_of(text), {text: text}, left_of(text))
    ),
    "markdown": lambda text: say_text(as_markdown(forecasts_of(text), {text: text}, left_of(text))),
    "progress": lambda text: progress(text, "text"),
    "progress as json": lambda text: progress(text, "json"),
}


@pytest.mark.parametrize("name", PRINTED)
def test_foreign_text_moves_hides_and_breaks_nothing_that_is_printed(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    PRINTED[name](HOSTILE)
    printed = "".join(capfd.readouterr())
    PRINTED[name]("harmless")
    harmless = "".join(capfd.readouterr())
    assert SIGNS.findall(printed) == []
    assert printed.count("\n") == harmless.count("\n") > 0


def test_json_keeps_what_it_does_not_show(capfd: pytest.CaptureFixture[str]) -> None:
    say_json(rows_of(HOSTILE))
    assert json.loads(capfd.readouterr().out) == rows_of(HOSTILE)


def test_no_cell_of_csv_is_a_formula(capfd: pytest.CaptureFixture[str]) -> None:
    say_csv([{"email_address": "=1", "text": "@x", "writes": -1}])
    assert list(csv.reader(capfd.readouterr().out.splitlines())) == [
        ["email_address", "text", "writes"],
        ["'=1", "'@x", "-1"],
    ]


def test_foreign_text_in_markdown_is_code_and_nothing_else() -> None:
    text = as_markdown(forecasts_of(HOSTILE), {HOSTILE: HOSTILE}, left_of(HOSTILE))
    ours = re.sub(r"<code>([^\W_]|[ ,;'%]|&#\d+;)*</code>", "", text)
    assert set(re.findall(r"[@`<>\[\]!#]", ours)) == set()
    assert "octocat" not in ours


def test_what_is_written_is_its_owners_alone_and_comes_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text("before")
    path.chmod(0o644)
    write_private(path, b"after")
    assert (path.read_bytes(), oct(path.stat().st_mode & 0o777)) == (b"after", "0o600")
    assert [one.name for one in tmp_path.iterdir()] == ["results.json"]


@pytest.mark.parametrize("target", ["real.json", "nowhere.json"])
def test_a_link_in_the_place_of_what_is_written_is_not_followed(
    tmp_path: Path, target: str
) -> None:
    (tmp_path / "real.json").write_text("before")
    (tmp_path / "results.json").symlink_to(target)
    with pytest.raises(OSError, match="it is a link"):
        write_private(tmp_path / "results.json", b"after")
    assert (tmp_path / "real.json").read_text() == "before"
    assert not (tmp_path / "nowhere.json").exists()
