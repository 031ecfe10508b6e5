"""The web UI: it shows lists, contacts and segments, and foreign text as text."""

from html.parser import HTMLParser
from urllib.parse import quote

from sandbox_process import SandboxProcess, ask

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=y></title></style><a href='//evil'>&lt;"
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "a", "main", "h1", "h2", "p"),
    *("nav", "code", "div", "table", "thead", "tbody", "tr", "th", "td", "form", "input", "select"),
    *("option", "button", "span", "b"),
}


PAGES = ("/", "/campaigns", "/faults", "/requests", "/control")


class Seen(HTMLParser):
    """The elements of a page, and what could run or load something."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.active: list[str] = []
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        for name, value in attrs:
            if name == "href":
                self.links.add(str(value))
            is_link = name in ("href", "src", "action")
            is_away = is_link and not str(value).startswith(("/lists/", "/_control"))
            if name.startswith("on") or (is_away and value not in PAGES):
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
    sandbox.control(
        "PUT",
        "/campaigns/hostile",
        {"list_id": list_id, "title": HOSTILE, "subject_line": HOSTILE},
    )
    home, given = sandbox.url.removesuffix("/3.0"), {"Authorization": f"Bearer {sandbox.key}"}
    hostile = quote(HOSTILE, safe="")
    paths = [
        *PAGES,
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


def seen_of(sandbox: SandboxProcess, path: str) -> tuple[Seen, str]:
    page = sandbox.home("GET", path)
    assert page.status == 200
    seen = Seen()
    seen.feed(page.body)
    return seen, page.body


def test_every_page_leads_to_all_that_the_sandbox_can_do_and_no_link_is_dead(
    sandbox: SandboxProcess, list_id: str
) -> None:
    campaign = {"list_id": list_id, "title": "Spring"}
    sandbox.control("PUT", "/campaigns/spring", campaign)
    links = {link for path in PAGES for link in seen_of(sandbox, path)[0].links}
    assert {"/_control", "/_control/faults", "/_control/requests", f"/lists/{list_id}"} <= links
    assert "/_control/campaigns/spring/events" in links
    assert {link for link in links if sandbox.home("GET", link).status != 200} == set()
    for path in (*PAGES, f"/lists/{list_id}", "/lists/nosuch"):
        seen = Seen()
        seen.feed(sandbox.home("GET", path).body)
        assert set(PAGES) <= seen.links


def test_a_campaign_is_shown_with_what_happened_to_it(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.put(list_id, *({"email_address": f"p{n}@shop.de"} for n in range(4)))
    sandbox.control("PUT", "/campaigns/news", {"list_id": list_id, "title": "News"})
    sandbox.control("POST", "/campaigns/news/generate", {"opens_per": 2})
    _, body = seen_of(sandbox, "/campaigns")
    row = body.partition(">News</a>")[2].partition("</tr>")[0]
    assert "<td>4</td><td>8</td><td>0</td><td>0</td>" in row


def test_faults_in_force_and_requests_are_counted_on_their_pages(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.control("POST", "/requests/reset")
    rare = {"kind": "hang", "rate": 0.25, "method": "PUT", "path": "/lists/{list_id}"}
    sandbox.faults({"kind": "503_html", "at": 1}, rare, seed=7)
    assert sandbox.request("POST", f"/lists/{list_id}/segments", {"name": "x"}).status == 503
    _, faults = seen_of(sandbox, "/faults")
    sandbox.faults()
    assert "<td>503_html</td><td>at request 1</td><td>writes</td><td>1</td>" in faults
    assert "<td>hang</td><td>25.0% of them</td><td>PUT /lists/{list_id}</td><td>0</td>" in faults
    _, requests = seen_of(sandbox, "/requests")
    assert "<td>POST /lists/{list_id}/segments</td><td>1</td>" in requests
    assert "<td>503</td><td>1</td>" in requests
    assert "<b>1</b>writes" in requests


def test_the_page_of_the_admin_api_has_every_address_of_its_table(sandbox: SandboxProcess) -> None:
    _, body = seen_of(sandbox, "/control")
    table = sandbox.control("GET", "")
    assert len(table) > 15
    for name in table:
        method, path = name.split(" ")
        assert f"<td>{method}</td>" in body
        assert f"<code>{path}</code>" in body


def test_no_page_is_shown_without_the_key(sandbox: SandboxProcess) -> None:
    home = sandbox.url.removesuffix("/3.0")
    assert {ask("GET", home + path, None, {}).status for path in PAGES} == {401}
