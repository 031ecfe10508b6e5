"""Text from elsewhere is harmless where it goes: a terminal, JSON, Markdown, CSV, a message."""

import csv
import io
import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from loader.text.foreign_text import (
    LONGEST_TEXT,
    as_json,
    in_csv,
    in_markdown,
    of_mailchimp,
    one_line,
)

HARMFUL = ("Cc", "Cf", "Zl", "Zp", "Cs", "Co")
# every sign there is of those kinds, and letters that nothing shows
SIGNS = [
    *(chr(code) for code in range(0x3000) if unicodedata.category(chr(code)) in HARMFUL),
    *"\u034f\u115f\u1160\u3164\uffa0\ufeff\ufff9\ud800\udfff\ue000",
    *"\U000e0001\U000e0041\U000e007f\U000e0100\U000f0000\U0010ffff",
]
IN_JSON = [sign for sign in SIGNS if unicodedata.category(sign) != "Cs"]  # it has no such text
KEY = "0123456789abcdef0123456789abcdef"
KEYS = [f"{KEY}-us6", KEY, f"Bearer {KEY}", f"apikey={KEY}-us21", "short-us1", f"({KEY}-us6)."]
ADDRESSES = [
    "ada@shop.de",
    "<ada@shop.de>",
    "mailto:ada@shop.de?x=1",
    "'ada@shop.de'",
    '{"email":"ada@shop.de"}',
    "ada+tag@shop.de,bo@shop.de;ada@shop.de",
    "ada@shop.de\nada@shop.de",
    "ada\u200b@shop.de",
    "ada%40shop.de",
    "ada\uff20shop.de",
    "ada&#64;shop.de",
    "x" * 1000 + " ada@shop.de",
    "ada" + "a" * 400 + "@shop.de",
]
MARKDOWN = [
    "```\ncode",
    "~~~",
    "@octocat",
    "a @org/team b",
    "[x](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "[x][y]\n\n[y]: https://evil.example",
    "<https://evil.example>",
    "https://evil.example",
    "www.evil.example",
    "ada@shop.de",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</code><b>",
    "<!-- ",
    "a | b |\n| --- |",
    "a \\| b",
    "&lt;b&gt; &#64;octocat &commat;octocat",
    "# heading",
    "#1 GH-1 !1 org/repo#1",
    "**bold** _em_ ~~gone~~ `code`",
    "- item\n1. item\n> quote\n---",
    "$x$ $$x$$",
    ":tada:",
    "\\",
    "",
]
FORMULAS = [
    *(f"{sign}1+1" for sign in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"),
    " =1",
    "\u00a0=1",
    "\u3000=1",
    "\t=1",
    "\r\n=1",
    '=cmd|" /C calc"!A0',
    "@SUM(1)",
    "+49 30 1",
    "-",
]


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: f"{ord(sign):04x}")
def test_no_sign_that_moves_hides_or_breaks_reaches_a_terminal(sign: str) -> None:
    line = one_line(f"a{sign}b")
    assert line.isprintable()
    assert sign not in line
    assert line == f"a{sign.encode('unicode_escape', 'surrogatepass').decode()}b"


@pytest.mark.parametrize(
    "text", ["Zoë", "王 小明", "İ ß", "🎂 ❤️", "'a' \\ \"b\"", "משה", "a" * 9999]
)
def test_what_can_be_seen_stays_as_it_is(text: str) -> None:
    assert one_line(text) == text


@given(st.text())
def test_whatever_is_said_is_one_line(text: str) -> None:
    assert one_line(text).isprintable()
    assert one_line(one_line(text)) == one_line(text)


@pytest.mark.parametrize("sign", IN_JSON, ids=lambda sign: f"{ord(sign):04x}")
def test_json_shows_no_such_sign_and_keeps_it(sign: str) -> None:
    said = as_json({"a": [sign], sign: "ü"})
    assert all(one.isprintable() for one in said.decode().replace("\n", ""))
    assert json.loads(said) == {"a": [sign], sign: "ü"}


@given(st.dictionaries(st.text(), st.text()))
def test_json_is_read_as_what_it_was(value: dict[str, str]) -> None:
    assert json.loads(as_json(value)) == value
    assert b"\n" not in as_json(value, is_indented=False)


@pytest.mark.parametrize("text", KEYS)
def test_a_sentence_of_mailchimp_has_no_key(text: str) -> None:
    said = of_mailchimp(f"Key {text} refused")
    assert "0123456789" not in said
    assert "short" not in said
    assert "(key)" in said


@pytest.mark.parametrize("text", ADDRESSES)
def test_a_sentence_of_mailchimp_has_no_address(text: str) -> None:
    said = of_mailchimp(f"{text} is there")
    assert "ada" not in said
    assert "shop.de" not in said


@given(st.text(), st.integers(1, 2000))
def test_a_sentence_of_mailchimp_is_one_line_of_bounded_length(text: str, times: int) -> None:
    said = of_mailchimp(text * times)
    assert len(said) <= LONGEST_TEXT
    assert said.isprintable()


def test_a_sentence_of_megabytes_is_read_in_no_time() -> None:
    for text in ("a" * 3_000_000, "-us1a" * 500_000, "@" * 1_000_000, "\x1b" * 1_000_000):
        assert len(of_mailchimp(text)) <= LONGEST_TEXT


@pytest.mark.parametrize("text", MARKDOWN)
def test_markdown_finds_nothing_in_a_foreign_text(text: str) -> None:
    source = f"| {in_markdown(text)} | x |\n| --- | --- |\n| {in_markdown(text)} | y |\n"
    html = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(source)
    assert re.findall(r"<(?!/)(\w+)", html) == [
        *("table", "thead", "tr", "th", "code", "th"),
        *("tbody", "tr", "td", "code", "td"),
    ]
    assert re.fullmatch(r"<code>([^\W_]|[ ,;'%]|&#\d+;)*</code>", in_markdown(text))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_csv_file_is_a_formula(text: str) -> None:
    file = io.StringIO()
    csv.writer(file).writerow([in_csv(text), "x"])
    assert file.getvalue().count("\n") == 1
    (cells,) = csv.reader([file.getvalue()])
    assert cells[0].startswith("'")
    assert cells[0].isprintable()


@pytest.mark.parametrize("value", [None, -1, 2.5, True, "ada", ""])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert in_csv(value) is value or in_csv(value) == value
