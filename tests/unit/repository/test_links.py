"""Every link of a page leads to a file and a heading that are there."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parent.parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MARKDOWN = MarkdownIt("commonmark").enable("table")


def links(text: str) -> Iterator[str]:
    """The targets of the links of a page that lead into the repository."""
    for token in MARKDOWN.parse(text):
        for child in token.children or []:
            target = str(child.attrs.get("href", "")) if child.type == "link_open" else ""
            if target and "://" not in target:
                yield target


def anchors(text: str) -> list[str]:
    """The headings of a page as links name them, on the site and where Markdown is shown."""
    tokens = MARKDOWN.parse(text)
    titles = [
        "".join(child.content for child in inline.children or [])
        for opening, inline in pairwise(tokens)
        if opening.type == "heading_open"
    ]
    return [re.sub(r"[^\w\s-]", "", title.lower()).strip().replace(" ", "-") for title in titles]


def dead(page: Path, text: str) -> list[str]:
    """The links of a page that lead nowhere."""
    found = []
    for link in links(text):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.is_file() or (anchor and anchor not in anchors(target.read_text())):
            found.append(link)
    return found


def test_no_link_of_a_page_is_dead() -> None:
    found = {page.name: dead(page, page.read_text()) for page in PAGES}
    assert {name: links for name, links in found.items() if links} == {}
    assert sum(len(list(links(page.read_text()))) for page in PAGES) > 100


def test_no_page_of_the_site_leads_out_of_it() -> None:
    out = [
        (page.name, link)
        for page in PAGES
        if "docs" in page.relative_to(ROOT).parts
        for link in links(page.read_text())
        if not (page.parent / link.partition("#")[0]).resolve().is_relative_to(ROOT / "docs")
    ]
    assert out == []


def test_no_page_has_two_headings_of_one_name() -> None:
    counted = {page.name: Counter(anchors(page.read_text())) for page in PAGES}
    twice = {name: [one for one, n in of.items() if n > 1] for name, of in counted.items()}
    assert {name: found for name, found in twice.items() if found and name != "CHANGELOG.md"} == {}


@pytest.mark.parametrize("link", ["nowhere.md", "README.md#nowhere", "#nowhere"])
def test_a_link_to_nowhere_is_found(link: str) -> None:
    assert dead(ROOT / "README.md", f"# Here\n\nSee [this]({link}).\n") == [link]
