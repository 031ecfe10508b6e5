"""What is taken off addresses and names, letter by letter of all Unicode."""

import sys
from unicodedata import category

import duckdb
import pytest

from loader.model.addresses import FORMAT_CHARACTERS, WHITE_SPACE, identity, name_key
from loader.sandbox import spelling as sandbox_spelling

EVERY = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
SEPARATORS = set("\x1c\x1d\x1e\x1f")  # white space to Python alone
NAMES = ("ΟΔΟΣ", "Σ", "ΑΣ ΒΣ", "İSTANBUL", "\u0131I", "Straße", "STRASSE", "ÄRGER", "ǅ", "\u1e9e")


def test_white_space_is_what_unicode_calls_so() -> None:
    assert set(WHITE_SPACE) == {one for one in EVERY if one.isspace()} - SEPARATORS


def test_format_characters_are_all_that_this_python_knows_and_later_ones() -> None:
    known = {one for one in EVERY if category(one) == "Cf"}
    assert known <= set(FORMAT_CHARACTERS)
    assert {category(one) for one in set(FORMAT_CHARACTERS) - known} <= {"Cn"}


@pytest.mark.parametrize("one", WHITE_SPACE + FORMAT_CHARACTERS)
def test_each_goes_from_the_ends_of_an_address_and_stays_within(one: str) -> None:
    assert identity(f"{one}{one}Ada{one}@shop.de{one}") == f"Ada{one}@shop.de"


def test_a_name_has_one_key_here_in_the_warehouse_and_in_the_sandbox() -> None:
    names = [*NAMES, *(f"x{one}y" for one in EVERY)]
    with duckdb.connect() as warehouse:
        rows = warehouse.execute("select lower(unnest(?))", [names]).fetchall()
    found = zip(rows, map(name_key, names), map(sandbox_spelling.name_key, names), strict=True)
    assert [one for one in found if not one[0][0] == one[1] == one[2]] == []


def test_an_address_is_lowered_in_the_sandbox_as_in_the_warehouse() -> None:
    typed = [f"{name}@shop.de" for name in NAMES]
    with duckdb.connect() as warehouse:
        rows = warehouse.execute("select lower(unnest(?))", [typed]).fetchall()
    assert [one for (one,) in rows] == list(map(sandbox_spelling.address_key, typed))
