"""What a sandbox keeps is its owner's alone, and its pages show foreign text as text."""

import os
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest

from command_line import outside
from sandbox_process import LIST, SandboxProcess, ask

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=y></title></style><a href='//evil'>&lt;"
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "a", "main", "h1", "h2", "p"),
    *("code", "div", "table", "thead", "tbody", "tr", "th", "td", "form", "input", "select"),
    *("option", "button", "span", "b"),
}


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir()}


@pytest.mark.parametrize("before", [None, 0o644, 0o666, 0o640])
def test_the_state_of_a_sandbox_and_its_log_are_its_owners_alone(
    tmp_path: Path, before: int | None
) -> None:
    state = tmp_path / "state.db"
    if before is not None:
        state.touch()
        state.chmod(before)
    with SandboxProcess("--state", str(state), is_measured=True) as sandbox:
        sandbox.put(LIST, {"email_address": "ada@shop.de"})
        assert modes(tmp_path) == {"state.db": "0o600", "state.db-wal": "0o600"}
    assert modes(tmp_path) == {"state.db": "0o600"}


def made_link(path: Path) -> None:
    path.with_name("real.db").touch(0o644)
    path.symlink_to("real.db")


def made_dangling(path: Path) -> None:
    path.symlink_to("nowhere.db")


WRONG = {
    "link": (made_link, "it is a link, which is not followed"),
    "dangling link": (made_dangling, "it is a link, which is not followed"),
    "pipe": (os.mkfifo, "it is no file"),
    "no folder": (lambda path: path.parent.rmdir(), "No such file or directory"),
    "no database": (lambda path: path.write_text("x" * 9999), "file is not a database"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_state_that_is_no_file_of_its_own_is_refused_in_words(tmp_path: Path, name: str) -> None:
    state = tmp_path / "folder" / "state.db"
    state.parent.mkdir()
    make, said = WRONG[name]
    make(state)
    before = sorted(path.name for path in state.parent.iterdir()) if state.parent.exists() else []
    ended = outside(tmp_path, ("sandbox", "--port", "0", "--state", str(state)), {})
    assert (ended.exit_code, ended.out) == (2, "")
    assert f"Cannot use {state} as state: {said}" in ended.err
    after = sorted(path.name for path in state.parent.iterdir()) if state.parent.exists() else []
    assert after == before
    if name == "link":
        assert modes(state.parent)["real.db"] == "0o644"


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
