"""An answer that is not the documented one is no answer, whatever was asked."""

import ast
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loader.mailchimp
from fakes import response
from loader.mailchimp.http import Request, Response
from loader.mailchimp.response_checks import NO_CONTENT
from loader.model.errors import Unavailable
from responses.documented import READINGS, Json, Reading, as_json, example
from responses.malformed import spoilt

MODULES = sorted(Path(loader.mailchimp.__path__[0]).glob("*.py"))
BUILDERS = {"page_request", "single_request"}  # what the others are made with
BODY_READERS = {"response_checks.py", "http.py"}
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
JSON: st.SearchStrategy[Json] = st.recursive(
    SCALARS, lambda one: st.lists(one) | st.dictionaries(st.text(), one), max_leaves=9
)
NO_DATES = ("", "yesterday", "Wed, 99 Oct 2026 07:28:00 GMT", "Fri, 01 Jan 0100 00:00:00 GMT", "0")


def answered(reading: Reading, body: object, date: str | None = None) -> Response:
    status = NO_CONTENT if body == b"" else 200
    return response(body, status=status, date=date, to=reading.request)


@pytest.mark.parametrize("name", READINGS)
def test_the_documented_answer_is_read(name: str) -> None:
    reading = READINGS[name]
    reading.read(answered(reading, example(reading) if reading.documented else b""))


@pytest.mark.parametrize("name", READINGS)
def test_any_other_answer_is_none(name: str) -> None:
    reading = READINGS[name]
    taken = []
    for what, body in spoilt(reading):
        try:
            reading.read(response(body, to=reading.request))
        except Unavailable:
            continue
        taken.append(what)
    assert taken == []


@given(st.sampled_from(sorted(READINGS)), st.data())
def test_no_answer_is_more_than_a_reading_can_say_in_words(name: str, data: st.DataObject) -> None:
    reading = READINGS[name]
    if reading.documented is None or data.draw(st.booleans()):
        body = as_json(data.draw(JSON))
    else:
        body = as_json(mixed(example(reading), data))
    with suppress(Unavailable):
        reading.read(response(body, to=reading.request))


def mixed(value: Json, data: st.DataObject) -> Json:
    """A value with something else in one of its places."""
    if isinstance(value, dict) and value and data.draw(st.integers(0, 9)):
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: mixed(value[key], data)}
    if isinstance(value, list) and value and data.draw(st.integers(0, 9)):
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], mixed(value[place], data), *value[place + 1 :]]
    return data.draw(JSON)


def test_every_request_is_among_them() -> None:
    built = {
        node.name
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.FunctionDef)
        and isinstance(node.returns, ast.Name)
        and node.returns.id == "Request"
        and not node.name.startswith("_")
    }
    assert built - BUILDERS == {name.split()[0] for name in READINGS}


def test_nobody_reads_a_body_but_who_holds_it_to_what_is_documented() -> None:
    package = Path(loader.__path__[0])
    readers = {
        path.name
        for path in package.rglob("*.py")
        if "sandbox" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr == "body"
        and isinstance(node.value, ast.Name)
        and node.value.id in {"response", "answer", "reply"}
    }
    assert readers == BODY_READERS


def test_every_page_asks_for_what_its_answer_has_to_have() -> None:
    for reading in READINGS.values():
        if reading.documented and "fields" in reading.request.params:
            asked = set(reading.request.params["fields"].split(","))
            assert {name.split(".")[0] for name in asked} == set(reading.documented.schema.names)


@pytest.mark.parametrize("name", [name for name, one in READINGS.items() if one.request.is_write])
@pytest.mark.parametrize("date", [None, *NO_DATES])
def test_a_write_needs_no_date(name: str, date: str | None) -> None:
    reading = READINGS[name]
    body: object = example(reading) if reading.documented else b""
    assert answered(reading, body, date).answered_at is None
    reading.read(answered(reading, body, date))


@given(st.text() | st.from_regex(r"\w{3}, \d\d \w{3} \d{1,6} \d\d:\d\d:\d\d [-+]?\w{1,6}"))
def test_no_date_is_more_than_a_time_or_none(date: str) -> None:
    found = response({}, date=date).answered_at
    assert found is None or found.tzinfo is None


@pytest.mark.parametrize(
    ("count", "most"), [("1", 96_000), ("1000", 32_064_000)], ids=["one", "a page"]
)
def test_an_answer_may_be_as_large_as_the_rows_that_it_can_show(count: str, most: int) -> None:
    assert Request(method="GET", path="/lists", params={"count": count}).largest_answer == most
    assert Request(method="POST", path="/lists/f00d").largest_answer == 16_064_000
