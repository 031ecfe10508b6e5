"""One text serves every warehouse; what one needs differently stands in its folder alone."""

import re
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from loader.warehouse.contract import package_folder
from loader.warehouse.engine.dialect import Dialect
from loader.warehouse.engine.duckdb.dialect import DUCKDB
from loader.warehouse.engine.postgres.dialect import POSTGRES
from loader.warehouse.sql_templates import rendered, statement

with as_file(files("loader.warehouse")) as folder:
    WAREHOUSE = Path(folder)
STATEMENTS = sorted((WAREHOUSE / "sql").rglob("*.sql"))
ALL_SQL = [*WAREHOUSE.rglob("*.sql"), *package_folder().rglob("*.sql")]
COMMENTS = re.compile(r"{#.*?#}|{{.*?}}|--[^\n]*", re.DOTALL)  # and what the dialect spells
# a million addresses are compared with a million, row by row, and nobody is found beside a NULL
NOT_IN = re.compile(r"\bnot\s+in\s*\(\s*(select|with)\b")
OF_DUCKDB_ALONE = re.compile(
    r"(?<!order )(?<!group )\bby name\b|\b(order|group) by all\b|\b(exclude|qualify)\b"
    r"|\bas double(?! precision)\b|\bduckdb_\w+|\bcreate or replace\b"
    r"|\b(try|try_cast|any_value|epoch|unnest|list_[a-z]+|json_(?!each)[a-z_]+|from_json)\("
    r"|\bregexp_(?!replace)[a-z_]+\("
)
MAX = "select max(version) as version from $1"


@pytest.mark.parametrize("path", ALL_SQL, ids=lambda path: path.stem)
def test_nobody_is_looked_for_where_they_are_not_in(path: Path) -> None:
    assert not NOT_IN.search(COMMENTS.sub("", path.read_text()))


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: path.stem)
def test_a_statement_has_nothing_that_duckdb_alone_takes(path: Path) -> None:
    assert not OF_DUCKDB_ALONE.search(COMMENTS.sub("", path.read_text()))


class Third(Dialect):
    """An engine with one macro and one file of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)


@pytest.fixture
def third(tmp_path: Path) -> Third:
    own = tmp_path / "sql"
    (own / "registry").mkdir(parents=True)
    (own / "registry" / "audiences.sql").write_text(
        "{% macro version(versions) %} select top 1 version from {{ versions }} {% endmacro %}"
    )
    (own / "delta").mkdir()
    (own / "delta" / "columns.sql").write_text("audience, own_column")
    return Third(tmp_path)


def test_what_an_engine_has_in_its_folder_is_taken(third: Third) -> None:
    asked = statement("registry/version", versions="x")
    assert rendered(asked, third) == "select top 1 version from $1"
    assert rendered(asked, POSTGRES) == rendered(asked, DUCKDB) == MAX


def test_what_it_has_not_in_its_file_is_taken_from_the_common_one(third: Third) -> None:
    asked = statement("registry/databases")
    assert rendered(asked, third) == rendered(asked, DUCKDB)


def test_what_a_statement_includes_is_taken_from_its_folder_too(third: Third) -> None:
    asked = statement("delta/read", delta="x", is_first=True, list_id="f00d")
    assert "own_column" in rendered(asked, third)
    assert "own_column" not in rendered(asked, DUCKDB)


def test_what_has_no_common_spelling_has_none_before_an_engine_gives_it(third: Third) -> None:
    with pytest.raises(NotImplementedError):
        rendered(statement("plan/fingerprint"), third)


def test_a_statement_says_which_temporary_tables_it_makes_and_which_it_fills() -> None:
    made = rendered(statement("delta/begin_compared"), POSTGRES)
    filled = rendered(statement("delta/already_applied", audience="readers"), POSTGRES)
    assert (made.temporary, made.filled) == (("loader_shown",), ("loader_shown",))
    assert (filled.temporary, filled.filled) == ((), ("loader_shown",))
