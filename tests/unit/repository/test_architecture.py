"""The shape of the repository: small functions, small files, folders that fit on a page."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent.parent
CODE = [path for top in ("loader", "tests", "docs") for path in sorted((ROOT / top).rglob("*.py"))]
LOADER = [path for path in CODE if "loader" in path.relative_to(ROOT).parts[:1]]
SQL = sorted((ROOT / "loader").rglob("*.sql"))
DBT_PROJECTS = ROOT / "dbt_project", ROOT / "dbt_project" / "sample_shop"
MACROS = [path for one in DBT_PROJECTS for path in sorted((one / "macros").rglob("*.sql"))]
NOT_ENTRIES = {"__init__.py", "__main__.py", "py.typed", "__pycache__"}
NAMELESS = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common)(_|$)")

LINES_OF_A_FUNCTION = 40
ARGUMENTS = 6
LINES_OF_A_MODULE = 300
ENTRIES_OF_A_FOLDER = 15

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, Function):
            yield node


def lines_of(function: Function) -> int:
    """How long it is, without decorators, docstring and the lines of the signature but one."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 2 if body and body[-1].end_lineno else 1


def arguments_of(function: Function) -> int:
    named = function.args
    names = [one.arg for one in (*named.posonlyargs, *named.args, *named.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def folders() -> list[Path]:
    of_dbt = [one / part for one in DBT_PROJECTS for part in ("macros", "models")]
    tops = [ROOT / "loader", ROOT / "tests", ROOT / "docs", *of_dbt]
    below = [path for top in tops for path in top.rglob("*") if path.is_dir()]
    return [path for path in (*tops, *below) if "__pycache__" not in path.parts]


def entries_of(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir() if one.name not in NOT_ENTRIES]


def too_long(path: Path) -> list[str]:
    return [
        f"{function.name} has {lines_of(function)} lines, {arguments_of(function)} arguments"
        for function in functions(path)
        if lines_of(function) > LINES_OF_A_FUNCTION or arguments_of(function) > ARGUMENTS
    ]


def test_a_function_fits_in_forty_lines_and_six_arguments() -> None:
    assert {name_of(path): long for path in CODE if (long := too_long(path))} == {}


def test_a_module_fits_in_300_lines() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in CODE}
    long = {name for name, lines in lengths.items() if lines > LINES_OF_A_MODULE}
    assert long == set()


def test_a_folder_fits_in_fifteen_entries() -> None:
    full = {name_of(one) for one in folders() if len(entries_of(one)) > ENTRIES_OF_A_FOLDER}
    assert full == set()


def test_a_file_of_the_loader_opens_with_one_sentence() -> None:
    openings = {path: ast.get_docstring(ast.parse(path.read_text())) or "" for path in LOADER}
    is_sentence = re.compile(r".{10,}[.:](\n|$)")
    assert [name_of(path) for path, text in openings.items() if not is_sentence.match(text)] == []


def test_a_statement_and_a_macro_open_with_their_description() -> None:
    described = re.compile(r"\{#-?\s+[A-Z][^#]{10,}[.]\s+-?#\}\n")
    without = [path for path in (*SQL, *MACROS) if not described.match(path.read_text())]
    assert [name_of(path) for path in without] == []


def test_every_statement_of_a_file_has_its_own_description() -> None:
    described = re.compile(r"[.] -?#\}\n\{% macro \w+\(")
    counts = {name_of(path): path.read_text() for path in SQL}
    without = [
        name
        for name, text in counts.items()
        if len(described.findall(text)) != len(re.findall(r"\{% macro ", text))
    ]
    assert without == []


def test_every_file_has_a_name_that_says_what_it_is() -> None:
    every = [*CODE, *SQL, *MACROS, *folders()]
    assert [name_of(path) for path in every if NAMELESS.search(path.stem)] == []


def test_the_command_line_starts_without_dbt() -> None:
    program = "import loader.cli, sys; print([name for name in sys.modules if name[:3] == 'dbt'])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_the_measures_see_what_they_measure() -> None:
    text = "@x\n@y\ndef f(self, a, *, b):\n    '''A\n\n    B\n    '''\n    a()\n    return b\n"
    (function,) = [one for one in ast.walk(ast.parse(text)) if isinstance(one, Function)]
    assert (lines_of(function), arguments_of(function)) == (3, 2)


def test_the_hook_can_be_run_and_runs_the_check() -> None:
    hook = ROOT / ".githooks" / "pre-commit"
    assert os.access(hook, os.X_OK)
    assert hook.read_text().splitlines()[-1] == "exec make check"
