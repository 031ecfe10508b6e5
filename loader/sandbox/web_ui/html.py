"""HTML from functions: whatever is not markup already is escaped on the way in."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from loader.sandbox.web_ui.style import STYLE

if TYPE_CHECKING:
    from collections.abc import Sequence


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


SECTIONS = {  # the pages that every page leads to
    "/": "Lists",
    "/campaigns": "Campaigns",
    "/faults": "Faults",
    "/requests": "Requests",
    "/control": "Control",
}
EMPTY = frozenset({"input", "meta"})


def tag(name: str, /, *children: object, **attributes: object) -> Markup:
    """Return an element; `class_` is class, `aria_label` aria-label, None is left out."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in EMPTY:
        return Markup(f"<{name}{given}>")
    return Markup(f"<{name}{given}>{join(*children)}</{name}>")


def join(*children: object) -> Markup:
    """Return children one after another."""
    return Markup("".join(_text(child) for child in children if child is not None))


def table(head: Sequence[object], rows: Sequence[Sequence[object]], empty: str) -> Markup:
    """Return a table that scrolls by itself when it is wide, or a sentence when it is empty."""
    if not rows:
        return tag("p", empty, class_="empty")
    top = tag("thead", tag("tr", *(tag("th", cell, scope="col") for cell in head)))
    body = (tag("tr", *(tag("td", cell) for cell in row)) for row in rows)
    return tag("div", tag("table", top, tag("tbody", *body)), class_="wide")


def pill(status: str) -> Markup:
    """Return a status in its colour."""
    return tag("span", status, class_=f"pill {status}")


def chips(names: list[str]) -> Markup:
    """Return tags side by side."""
    return join(*(tag("span", name, class_="chip") for name in names))


def page(title: str, *content: object, trail: object = None) -> str:
    """Return a whole page."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{title} · Sandbox"),
        tag("style", Markup(STYLE)),
    )
    links = (tag("a", name, href=path) for path, name in SECTIONS.items())
    bar = tag("header", tag("a", "Sandbox", href="/", class_="home"), trail)
    body = tag("body", bar, tag("nav", *links), tag("main", tag("h1", title), *content))
    return f"<!doctype html>{tag('html', head, body, lang='en')}"


def _text(child: object) -> str:
    return child if isinstance(child, Markup) else escape(str(child))
