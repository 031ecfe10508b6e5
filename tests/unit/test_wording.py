"""One contact and two contacts: no sentence has a number beside a noun that may not agree."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import loader

ROOT = Path(loader.__file__).parent
# what the product counts, beside the nouns that it hands to `counted`
NOUNS = {"contact", "person", "address", "list", "segment", "tag", "interest", "campaign", "event"}
NOUNS |= {"item", "character", "second", "minute", "hour", "day", "column", "leave", "withdrawal"}
VERBS = ("join", "leave", "change", "return", "withdraw", "get", "stay", "were", "are", "have")
BETWEEN = r"(?:(?:merge|more|other|new|simultaneous|marketing|different) )?"


def written() -> Iterator[tuple[str, ast.AST]]:
    """Every piece of the loader's code, with the file that it is in."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            yield str(path.relative_to(ROOT)), node


def handed_to_counted() -> set[str]:
    """The nouns that the code has counted: the last word of each."""
    return {
        str(node.args[1].value).split()[-1]
        for _, node in written()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "counted"
        and len(node.args) == 2
        and isinstance(node.args[1], ast.Constant)
    }


def plural(noun: str) -> str:
    return {"person": "people"}.get(noun, f"{noun}es" if noun.endswith("s") else f"{noun}s")


def is_always_the_same(value: ast.expr) -> bool:
    """Whether it is a constant; `message` is a sentence of Mailchimp's before its "items"."""
    return isinstance(value, ast.Name) and (value.id.isupper() or value.id == "message")


def test_a_number_stands_beside_a_plural_only_where_it_is_counted() -> None:
    nouns = handed_to_counted() | NOUNS
    assert {"row", "contact", "byte", "request"} <= nouns
    words = "|".join((*map(plural, nouns), *VERBS))
    behind = re.compile(rf" {BETWEEN}(?:{words})\b")
    found = [
        f"{place}:{node.lineno}: {{{ast.unparse(number.value)}}}{str(text.value)[:30]}"
        for place, node in written()
        if isinstance(node, ast.JoinedStr)
        for number, text in zip(node.values, node.values[1:], strict=False)
        if isinstance(number, ast.FormattedValue)
        and isinstance(text, ast.Constant)
        and behind.match(str(text.value))
        and not is_always_the_same(number.value)
    ]
    assert found == []
