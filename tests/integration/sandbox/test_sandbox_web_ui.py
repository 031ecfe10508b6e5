"""The web UI: it shows lists, contacts and segments, and foreign text as text."""

from html.parser import HTMLParser
from urllib.parse import quote

from sandbox_process import SandboxProcess, ask

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=y></title></style><a href='//evil'>&lt;"
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "a", "main", "h1", "h2", "p"),
    *("code", "div", "table", "thead", "tbody", "tr", "th", "td", "form", "input", "select"),
    *("option", "button", "span", "b"),
}


class Seen(HTMLParser):
    """The elements of a page, and what could run or load something."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.active: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        for name, value in attrs:
            is_away = name in ("href", "src", "action") and not str(value).startswith("/lists/")
            if name.startswith("on") or (is_away and value != "/"):
                self.active.append(f"{name}={value}")


def test_the_web_ui_shows_lists_contacts_and_segments_and_escapes_them(
    sandbox: SandboxProcess, list_id: str
) -> None:
    values = {"merge_fields": {"FNAME": "<script>alert(1)</script>"}, "tags": ["Läser"]}
    sandbox.put(list_id, *({"email_address": f"p{n:02}@shop.de", **values} for n in range(60)))
    paths = ("/", f"/lists/{list_id}", f"/lists/{list_id}/contacts/p01@shop.de")
    pages = [sandbox.home("GET", path) for path in paths]
    assert {page.headers["Content-Type"] for page in pages} == {"text/html; charset=utf-8"}
    assert "1 to 50 of 60" in pages[1].body
    for page in pages[1:]:
        assert "<script" not in page.body
        assert "&lt;script&gt;" in page.body
        assert "Läser" in page.body
    found = sandbox.home("GET", f"/lists/{list_id}?q=P01&status=subscribed&page=x").body
    assert "1 to 1 of 1" in found
    assert "51 to 60 of 60" in sandbox.home("GET", f"/lists/{list_id}?page=2").body
    assert sandbox.home("GET", "/lists/nosuch").status == 404


def test_a_page_shows_foreign_text_as_text_wherever_it_stands(sandbox: SandboxProcess) -> None:
    field = {"tag": "PLAN", "name": HOSTILE, "type": "text"}
    list_id = sandbox.new_list(name=HOSTILE, merge_fields=[field])
    who = {"email_address": "ada@shop.de", "tags": [HOSTILE], "merge_fields": {"FNAME": HOSTILE}}
    sandbox.put(list_id, who)
    sandbox.must(
        "POST", f"/lists/{list_id}/segments", {"name": HOSTILE + "2", "static_segment": []}
    )
    home, given = sandbox.url.removesuffix("/3.0"), {"Authorization": f"Bearer {sandbox.key}"}
    hostile = quote(HOSTILE, safe="")
    paths = [
        "/",
        f"/lists/{list_id}",
        f"/lists/{list_id}?q={hostile}&status={hostile}&segment={hostile}&page={hostile}",
        f"/lists/{list_id}/contacts/ada@shop.de",
        f"/lists/{list_id}/contacts/{hostile}",
        f"/lists/{hostile}",
        f"/lists/{hostile}/contacts/{hostile}",
    ]
    for path in paths:
        page = ask("GET", home + path, None, given)
        seen = Seen()
        seen.feed(page.body)
        assert page.headers["Content-Type"].startswith("text/html")
        assert seen.elements <= TAGS
        assert seen.active == []
        assert "alert(1)</script>" not in page.body
        assert "script-src" not in page.headers["Content-Security-Policy"]
