"""Answers of a hostile server: wrong ones, none, half of one; and what was written nevertheless."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.client import HTTPConnection, RemoteDisconnected
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from sandbox_process import LIST, PATIENCE, Answer, Json, SandboxProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(autouse=True)
def no_faults_later(sandbox: SandboxProcess) -> Iterator[None]:
    yield
    sandbox.faults()


def people(*names: str) -> dict[str, Json]:
    rows = [{"email_address": f"{name}@shop.de", "status_if_new": "subscribed"} for name in names]
    return {"members": rows, "update_existing": True}


def send(sandbox: SandboxProcess, list_id: str, *names: str) -> Answer:
    return sandbox.request("POST", f"/lists/{list_id}", people(*names))


def stored(sandbox: SandboxProcess, list_id: str) -> list[str]:
    return [each["email_address"].partition("@")[0] for each in sandbox.members(list_id)]


def fired(sandbox: SandboxProcess) -> list[int]:
    return [fault["fired"] for fault in sandbox.control("GET", "/faults")["faults"]]


def until(happens: Callable[[], bool]) -> None:
    assert any(happens() for _ in range(5000))


@contextmanager
def unanswered(sandbox: SandboxProcess, list_id: str, *names: str) -> Iterator[HTTPConnection]:
    """Send contacts, and stay on the line after a fault happened."""
    at = urlsplit(sandbox.url)
    line = HTTPConnection(str(at.hostname), at.port, timeout=PATIENCE)
    headers = {**sandbox.opens, "Content-Type": "application/json"}
    try:
        line.request("POST", f"{at.path}/lists/{list_id}", json.dumps(people(*names)), headers)
        until(lambda: fired(sandbox) == [1])
        yield line
    finally:
        line.close()


@pytest.mark.parametrize(
    ("kind", "status", "content_type", "body"),
    [
        ("429", 429, "application/problem+json; charset=utf-8", '"title": "Too Many Requests"'),
        ("429_empty", 429, None, "null"),
        ("403_empty", 403, None, "null"),
        ("500_json", 500, "application/problem+json; charset=utf-8", "Internal Server Error"),
        ("503_html", 503, "text/html; charset=utf-8", "<H1>Bad Request</H1>"),
        ("503_edge", 503, "application/json", '"title": "akamai_503", "status": 503, "ref_no":'),
    ],
)
def test_an_answer_instead_of_the_endpoint_s_leaves_the_list_alone(
    sandbox: SandboxProcess, list_id: str, kind: str, status: int, content_type: str, body: str
) -> None:
    sandbox.faults({"kind": kind, "at": 1})
    answer = send(sandbox, list_id, "anna")
    assert (answer.status, answer.headers["Content-Type"]) == (status, content_type)
    assert body in json.dumps(answer.body)
    assert (stored(sandbox, list_id), fired(sandbox)) == ([], [1])
    assert send(sandbox, list_id, "anna").status == 200


@pytest.mark.parametrize(("kind", "left"), [("reset_before", []), ("reset_after", ["anna"])])
def test_a_connection_is_reset_before_or_after_the_write(
    sandbox: SandboxProcess, list_id: str, kind: str, left: list[str]
) -> None:
    sandbox.control("POST", "/requests/reset")
    sandbox.faults({"kind": kind, "rate": 1})
    with pytest.raises(ConnectionResetError) as error:
        send(sandbox, list_id, "anna")
    assert not isinstance(error.value, RemoteDisconnected)  # RST, not a polite end
    assert (stored(sandbox, list_id), fired(sandbox)) == (left, [1])
    assert sandbox.requests()["by_status"] == {"(none)": 1}


def test_a_hanging_write_is_applied_and_holds_its_connection_until_the_client_goes() -> None:
    with SandboxProcess("--connections", "1", "--fault", "hang@1", is_measured=True) as sandbox:
        with unanswered(sandbox, LIST, "anna"):
            assert stored(sandbox, LIST) == ["anna"]
            assert sandbox.request("GET", "/ping").status == 429
        until(lambda: sandbox.request("GET", "/ping").status == 200)


def test_a_sandbox_that_ends_lets_nobody_hang_or_wait() -> None:
    with (
        SandboxProcess("--fault", "hang@1", is_measured=True) as sandbox,
        unanswered(sandbox, LIST, "anna") as line,
    ):
        assert sandbox.stop() == 0
        with pytest.raises(ConnectionResetError) as error:
            line.getresponse()
        assert not isinstance(error.value, RemoteDisconnected)
    with SandboxProcess(is_measured=True) as sandbox:
        sandbox.faults({"kind": "slow", "at": 1, "seconds": 3600})
        with unanswered(sandbox, LIST, "anna") as line:
            assert stored(sandbox, LIST) == ["anna"]
            assert sandbox.stop() == 0
            assert line.getresponse().status == 200


def test_a_slow_answer_is_the_right_one(sandbox: SandboxProcess, list_id: str) -> None:
    sandbox.faults({"kind": "slow", "rate": 1, "seconds": 0.001})
    assert send(sandbox, list_id, "anna").body["total_created"] == 1
    assert send(sandbox, "nosuch", "anna").status == 404
    assert fired(sandbox) == [2]


def test_a_slow_answer_comes_when_its_fault_is_taken_back(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.faults({"kind": "slow", "at": 1, "seconds": 3600})
    with unanswered(sandbox, list_id, "anna") as line:
        assert stored(sandbox, list_id) == ["anna"]
        sandbox.faults()
        assert line.getresponse().status == 200


def test_a_truncated_answer_is_a_200_that_is_no_json_of_a_write_that_counts(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.control("POST", "/requests/reset")
    sandbox.faults({"kind": "truncated", "rate": 1})
    with pytest.raises(json.JSONDecodeError):
        send(sandbox, list_id, "anna")
    assert (stored(sandbox, list_id), fired(sandbox)) == (["anna"], [1])
    assert sandbox.requests()["by_status"] == {"200": 1}
    assert send(sandbox, "nosuch", "anna").body["title"] == "Resource Not Found"
    assert fired(sandbox) == [1]


def test_missing_rows_are_written_and_in_the_totals(sandbox: SandboxProcess, list_id: str) -> None:
    send(sandbox, list_id, "anna", "ben")
    sandbox.faults({"kind": "missing_rows", "rate": 1})
    body = send(sandbox, list_id, "anna", "ben", "cleo", "dora", "no address").body
    names = ("new_members", "updated_members", "errors")
    shown = {name: [row["email_address"] for row in body[name]] for name in names}
    assert shown == {
        "new_members": ["dora@shop.de"],
        "updated_members": ["anna@shop.de"],
        "errors": ["no address@shop.de"],
    }
    assert [body[f"total_{name}"] for name in ("created", "updated")] == [2, 2]
    assert stored(sandbox, list_id) == ["anna", "ben", "cleo", "dora"]
    body = send(sandbox, list_id, "emil").body
    assert (body["new_members"], body["total_created"], fired(sandbox)) == ([], 1, [2])


def test_rows_are_missing_from_the_answer_of_a_segment_too(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.put(list_id, *people("anna", "ben")["members"])
    body = {"name": "x", "static_segment": ["anna@shop.de"]}
    sandbox.faults({"kind": "missing_rows", "rate": 1})
    segment = sandbox.must("POST", f"/lists/{list_id}/segments", body)
    assert fired(sandbox) == [0]  # an answer without rows has none to lose
    change = {"members_to_add": ["ben@shop.de"], "members_to_remove": ["anna@shop.de"]}
    answer = sandbox.must("POST", f"/lists/{list_id}/segments/{segment['id']}", change)
    assert (answer["members_added"], len(answer["members_removed"])) == ([], 1)
    assert (answer["total_added"], answer["total_removed"], fired(sandbox)) == (1, 1, [1])
    assert [each["tags"] for each in sandbox.members(list_id)] == [[], ["x"]]


@pytest.mark.parametrize("kind", ["truncated", "missing_rows"])
def test_an_answer_without_content_has_nothing_to_lose(
    sandbox: SandboxProcess, list_id: str, kind: str
) -> None:
    sandbox.put(list_id, *people("anna")["members"])
    sandbox.faults({"kind": kind, "rate": 1})
    assert sandbox.request("DELETE", f"/lists/{list_id}/members/anna@shop.de").status == 204
    assert fired(sandbox) == [0]
