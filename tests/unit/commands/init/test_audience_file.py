"""The file of an audience, as text."""

import ast
import re
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest

import loader
from loader.commands.init.audience_file import (
    CONTACTS,
    ON_LEAVE,
    RESERVED,
    Choice,
    audience_file,
    identifier,
    literal,
    quoted,
    tag_of,
)
from loader.warehouse.reports.relations import BuiltColumn, BuiltRelation

KEYS = Path(loader.__file__).parents[1] / "dbt_project/macros/mapping/mapping_keys.sql"
UGLY = [
    *("O'Brien", 'say "hi"', 'it\'s "both"', "a\\b", "{{ x }}", "}}", "{# no #}", "{% if %}"),
    *("Läser 🎉", "two\nlines", "", "tab\t"),
]


def rows(sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query without tables."""
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


def choice(*columns: BuiltColumn, consent: str | None = None) -> Choice:
    return Choice(
        relation=BuiltRelation(schema="main", name="people", columns=columns),
        reference="people",
        address=columns[0].name,
        consent=consent,
        is_assumed=False,
        list_id="f00dcafe01",
        contacts="update",
        on_leave="keep",
        segment=None,
        targets=(),
        says_materialization=False,
    )


@pytest.mark.parametrize("text", UGLY)
def test_a_text_comes_through_jinja_as_it_is(text: str) -> None:
    say = jinja2.Environment(autoescape=True).compile_expression(literal(text))
    assert say() == text


@pytest.mark.parametrize("text", UGLY)
def test_no_text_ends_the_expression_that_it_stands_in(text: str) -> None:
    template = jinja2.Environment(autoescape=True).from_string(
        f"{{{{ ({literal(text)}) | length }}}}"
    )
    assert template.render() == str(len(text))


@pytest.mark.parametrize("text", [one for one in UGLY if one])
def test_a_name_comes_through_jinja_and_sql_as_it_is(text: str) -> None:
    sql = jinja2.Environment(autoescape=True).from_string(f"select 1 as {quoted(text)}").render()
    with duckdb.connect() as connection:
        described = connection.execute(sql).description or ()
    assert [column[0] for column in described] == [text]


def test_a_name_stands_in_quotation_marks_where_it_has_to() -> None:
    names = ("plan", "Plan", "order", "e mail", "2nd")
    assert [identifier(name) for name in names] == [
        "plan",
        '"Plan"',
        '"order"',
        '"e mail"',
        '"2nd"',
    ]


def test_every_word_that_is_no_name_to_duckdb_is_known() -> None:
    query = "from duckdb_keywords() where keyword_category in ('reserved', 'type_function')"
    words = {word for word, _ in rows(query)}
    assert len(words) > 50
    assert words - RESERVED == set()


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        *(("plan", "plan"), ("Lifetime Value", "lifetime_v"), ("order", "order_2")),
        *(("status", "status_2"), ("2nd", "f_2nd"), ("größe", "gr_e"), ("名前", "field")),
        *(("marketing_permissions", "marketing"), ("taken", "taken_2"), ("VIP", "vip_2")),
    ],
)
def test_a_merge_tag_is_legal_and_of_one_column(name: str, tag: str) -> None:
    assert tag_of(name, {"taken"}) == tag


def test_ten_columns_that_begin_alike_have_ten_tags() -> None:
    tags: list[str] = []
    for number in range(11):
        tags.append(tag_of(f"lifetime_value_{number}", tags))
    assert len(set(tags)) == 11
    assert [tag for tag in tags if not re.fullmatch("[a-z0-9_]{1,10}", tag)] == []


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("boolean", "true, false, null", [True, False, None]),
        ("timestamp", "timestamp '2026-01-01', null", [True, False]),
        ("number", "1, 0, 2, null", [True, False, False, False]),
        ("text", "'Yes', ' TRUE ', 'no', 'n', 'perhaps', null", [True] * 2 + [False] * 4),
    ],
)
def test_what_is_not_known_to_mean_yes_is_no_consent(
    kind: str, given: str, expected: list[bool | None]
) -> None:
    columns = BuiltColumn("email", "text"), BuiltColumn("Agreed", kind)
    text = audience_file(choice(*columns, consent="Agreed"))
    (sql,) = re.findall(r"    (.+) as marketing_consent\n", text)
    found = rows(f'select {sql} from (select unnest([{given}]) as "Agreed")')
    assert [value for (value,) in found] == expected


def test_other_columns_are_comments_that_no_column_can_break() -> None:
    names = ("plan", "new\nline", "{{ x }}", "blob")
    columns = [BuiltColumn("email", "text"), *(BuiltColumn(name, "text") for name in names[:3])]
    text = audience_file(
        choice(*columns, BuiltColumn("blob", "other"), BuiltColumn("id", "number"))
    )
    offered = re.findall(r"^    -- , (.+)$", text, flags=re.MULTILINE)
    assert offered == ["plan", "id as person_id"]


def test_the_words_of_contacts_and_on_leave_are_those_of_dbt() -> None:
    found = dict(re.findall(r'"(\w+)": \{[^}]*?"values": (\[[^]]+\])', KEYS.read_text()))
    assert ast.literal_eval(found["contacts"]) == list(CONTACTS)
    assert ast.literal_eval(found["on_leave"]) == list(ON_LEAVE)
