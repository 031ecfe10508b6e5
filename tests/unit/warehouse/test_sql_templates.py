"""Statements are files with a description, and their values are bound by the driver."""

import ast
import re
from collections.abc import Iterator
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeGuard

import duckdb
import jinja2
import jinja2.meta
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loader.warehouse
from loader.model.audience import Pause
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.engine.duckdb.dialect import DUCKDB
from loader.warehouse.sql_templates import (
    Rendered,
    relation,
    rendered,
    rendered_template,
    signatures,
    statement,
    tables,
    template_of,
)

with as_file(files("loader.warehouse") / "sql") as folder:
    SQL = Path(folder)
STATEMENTS = signatures()
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
RELATIONS = {
    *("history", "wanted", "conflicts", "wished", "now_wished", "left_behind"),
    *("acks", "audiences", "ledger", "members", "runs", "segments"),
    *("drift", "filled", "lists", "list_segments", "merge_fields", "segment_members"),
    *("table", "column", "delta", "pages", "kept", "campaigns", "events", "versions"),
    "notices",
    "pauses",
    *("other", "other_acks", "other_history", "other_members", "other_runs", "other_wanted"),
    "like",
    *("used_plans", "copied", "kept_columns", "apart", "status_columns", "history_columns"),
}
LISTS: dict[str, object] = {
    "names": [],
    "to_take_out": Relation("('held')"),
    "to_send": Relation("('held')"),
    "to_give_again": Relation("('held')"),
    "unwritten_but_there": Relation("('held')"),
    "columns": [Relation("audience")],
    "fields": [],
    "addresses": [],
    "routes": ["bulk"],
    "changes": [("ada@shop.de", "bob@shop.de")],
    "values": [],
    "selecting": [],
    "knowing": [],
    "named_segments": [],
    "tagging": [],
    "keeping": [{"audience": None, "contacts": None, "maintained_status": None}],
    "starting": ["readers"],
    "adding": [Pause(audience="readers", list_id=None, reason="why")],
    "settled": ["readers"],
    "read_lists": [],
    "detail_columns": [Relation("vip")],
    "not_built": [],
    "gone": [],
    "forgotten": [dict.fromkeys(["kind", "name"])],
    "noted": [dict.fromkeys(["kind", "name", "id", "type"])],
    "kinds": ["contact"],
    "rules": [
        dict.fromkeys(
            ["audience", "contacts", "maintained_status", "revives", "status_if_new"], None
        )
    ],
    "is_first": False,
    "is_membership": True,
    "is_count": True,
    "is_current": True,
    "lines": [(1, "ada@shop.de")],
    "histories": [],
    "people": ["ada@shop.de"],
    "deltas": [Relation("x")],
    "ledgers": [{"table": Relation("x")}],
    "drifts": [],
    "acknowledgements": [],
    "others": [{"name": "x", "table": Relation("x"), "columns": [Relation("y")]}],
    "place": {
        "table": Relation('"a table"'),
        "scope": Relation("''"),
        "address": Relation("email_address"),
        "person": Relation("person_id"),
    },
}
MACROS = re.compile(r"{% macro (\w+)\((.*?)\) %}(.*?){% endmacro %}", re.DOTALL)
# what a class that asks for statements adds by itself
SPELLINGS = {
    *("name_key", "contact_key", "number", "trimmed", "whole", "column"),
    *("anew", "filled", "json_text", "each_key", "each_text", "each_match", "sum_of_hashes"),
}
OF_A_RUN = {
    *tables("main"),
    "run_id",
    "list_id",
    "now",
    "kept",
    "pages",
    "delta",
    "history",
    "kept_columns",
}
NAMES = st.one_of(st.text("ab\"'. ", min_size=1), TEXT.filter(bool))
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    TEXT,
    st.datetimes(min_value=datetime(1, 1, 1)),  # noqa: DTZ001 - as the warehouse has them
)


@pytest.fixture(scope="module")
def memory() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@given(value=VALUES)
def test_what_goes_into_a_statement_comes_out_of_it(
    memory: duckdb.DuckDBPyConnection, value: object
) -> None:
    text = selecting(value)
    assert memory.execute(text, text.values).fetchone() == (value,)


def selecting(value: object) -> Rendered:
    """A statement that only gives back a value."""
    return rendered_template(template_of("select {{ value }}"), {"value": value})


@given(NAMES, NAMES)
@settings(max_examples=25)  # each opens a database
def test_a_relation_is_found_by_any_name(schema: str, name: str) -> None:
    with duckdb.connect() as connection:
        _, _, quoted = relation("any", schema).partition(".")
        connection.execute(f"create schema if not exists {quoted}")
        connection.execute(f"create table {relation(schema, name)} as select 1 as one")
        assert connection.execute(f"from {relation(schema, name)}").fetchall() == [(1,)]


@pytest.mark.parametrize("value", [1.5, b"bytes", ["a"], object()])
def test_what_no_column_holds_has_no_place_in_a_statement(value: object) -> None:
    with pytest.raises(TypeError, match=type(value).__name__):
        selecting(value)


def test_a_relation_goes_in_as_it_is() -> None:
    assert selecting(Relation('"main"."people"')) == 'select "main"."people"'


def test_every_statement_is_one_of_sql_once_its_values_are_in(
    memory: duckdb.DuckDBPyConnection,
) -> None:
    counts = {}
    for name, signature in STATEMENTS.items():
        values: dict[str, object] = {
            one: Relation('"a table"') if one in RELATIONS else None for one in signature
        }
        counts[name] = len(
            memory.extract_statements(rendered(statement(name, **values | LISTS), DUCKDB))
        )
    assert counts == dict.fromkeys(STATEMENTS, 1)


def test_a_statement_without_one_of_its_values_is_an_error_that_names_it() -> None:
    for name, signature in STATEMENTS.items():
        for missing in signature:
            others = dict.fromkeys(set(signature) - {missing}, 1)
            with pytest.raises(TypeError, match=f"{name} lacks {missing}"):
                statement(name, **others)


def test_a_signature_names_what_its_statement_uses_and_nothing_else() -> None:
    for path in SQL.rglob("*.sql"):
        text = path.read_text()
        if "{% macro" in text:
            names = jinja2.meta.find_undeclared_variables(jinja2.Environment().parse(text))  # noqa: S701 - nothing is rendered
            assert names <= SPELLINGS, path
        for name, signature, body in MACROS.findall(text):
            whole = re.sub(r"{% include '(.+?)' %}", lambda part: (SQL / part[1]).read_text(), body)
            named = re.findall(r"\w+", signature)
            unused = [one for one in named if not re.search(rf"\b{one}\b", whole)]
            assert unused == [], f"{path.name}: {name}"


@pytest.mark.parametrize("path", sorted(Path(loader.warehouse.__path__[0]).rglob("*.py")), ids=str)
def test_whoever_asks_for_a_statement_gives_what_its_signature_says(path: Path) -> None:
    for call in calls(path):
        names = [one.value for one in call.args if is_name(one)]
        taken = {one for name in names for one in STATEMENTS[str(name)]}
        given = {one.arg for one in call.keywords if one.arg is not None}
        where = f"{path.name}:{call.lineno}"
        added = OF_A_RUN | ({"audience"} if path.name == "drift.py" else set())
        if names and len(names) == len(call.args):
            assert given <= taken | added, where
        if names and all(one.arg is not None for one in call.keywords):
            assert taken <= given | added, where


def calls(path: Path) -> Iterator[ast.Call]:
    """The calls by which a module asks for statements."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else ""
            name = function.id if isinstance(function, ast.Name) else name
            if name in ("statement", "_ask", "_execute"):
                yield node


def is_name(node: ast.expr) -> TypeGuard[ast.Constant]:
    """Whether an argument is the name of a statement."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_a_text_stands_beside_a_statement_and_never_in_it() -> None:
    values = ("x' or 1 = 1 --", "{{ schema }}")
    text = rendered(statement("registry/exists", schema=values[0], name=values[1]), DUCKDB)
    assert not [value for value in values if value in text]
    assert text.values == values


def test_a_value_that_comes_twice_is_one_parameter() -> None:
    text = rendered_template(
        template_of("{{ a }} {{ b }} {{ a }} {{ c }}"), {"a": "x", "b": "y", "c": "x"}
    )
    assert (str(text), text.values) == ("$1 $2 $1 $1", ("x", "y"))
