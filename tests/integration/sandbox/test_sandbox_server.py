"""The sandbox as a server: keys, limits, answers, state, signals, ports."""

from __future__ import annotations

import signal
import subprocess
import sys
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest

from loader.sandbox.options import Options
from sandbox_process import LIST, PATIENCE, START, SandboxProcess

if TYPE_CHECKING:
    from pathlib import Path


def basic(user: str, key: str) -> str:
    return f"Basic {b64encode(f'{user}:{key}'.encode()).decode()}"


def run(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", START, *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


@pytest.mark.parametrize("user", [None, "anybody", ""])
def test_the_key_opens_as_basic_and_as_bearer(sandbox: SandboxProcess, user: str | None) -> None:
    header = f"Bearer {sandbox.key}" if user is None else basic(user, sandbox.key)
    answer = sandbox.request("GET", "/ping", headers={"Authorization": header})
    assert (answer.status, answer.body) == (200, {"health_status": "Everything's Chimpy!"})
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("header", "status", "title"),
    [
        ({}, 401, "API Key Missing"),
        ({"Authorization": "Digest x"}, 401, "API Key Missing"),
        ({"Authorization": "Basic ???"}, 401, "API Key Missing"),
        ({"Authorization": basic("x", "wrong-us1")}, 401, "API Key Invalid"),
        ({"Authorization": "Bearer wrong"}, 401, "API Key Invalid"),
    ],
)
def test_without_the_key_nothing_opens(
    sandbox: SandboxProcess, header: dict[str, str], status: int, title: str
) -> None:
    answer = sandbox.request("GET", "/lists", headers=header)
    assert (answer.status, answer.body["status"], answer.body["title"]) == (status, status, title)


def test_the_key_of_another_datacenter_is_told_its_own(sandbox: SandboxProcess) -> None:
    header = {"Authorization": f"Bearer {sandbox.key.replace('-us1', '-us6')}"}
    answer = sandbox.request("GET", "/lists", headers=header)
    assert (answer.status, answer.body["title"]) == (403, "WrongDatacenter")
    assert "'us1'" in answer.body["detail"]


def test_a_refusal_is_problem_json_with_the_id_of_its_request(sandbox: SandboxProcess) -> None:
    for method, path, status in (("GET", "/nosuch", 404), ("DELETE", "/lists", 405)):
        answer = sandbox.request(method, path)
        assert answer.status == status
        assert answer.headers["Content-Type"] == "application/problem+json; charset=utf-8"
        assert answer.body["instance"] == answer.headers["X-Request-Id"]
        assert set(answer.body) == {"type", "title", "status", "detail", "instance"}


def test_a_body_that_is_not_json_is_a_parse_error(sandbox: SandboxProcess, list_id: str) -> None:
    answer = sandbox.request("POST", f"/lists/{list_id}", b'{"members": [')
    assert (answer.status, answer.body["title"]) == (400, "JSON Parse Error")


def test_an_answer_without_content_still_has_a_type_and_an_id(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.put(list_id, {"email_address": "anna@shop.de"})
    answer = sandbox.request("DELETE", f"/lists/{list_id}/members/anna@shop.de")
    assert (answer.status, answer.body) == (204, None)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["X-Request-Id"]


def test_the_account_has_a_name(sandbox: SandboxProcess) -> None:
    assert sandbox.get("/")["account_name"] == "Sandbox"
    assert sandbox.get("", fields="role") == {"role": "owner"}


def test_the_date_of_an_answer_and_last_changed_are_one_clock(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.control("POST", "/clock", {"advance": 86_400})
    row = {"email_address": "anna@shop.de", "status": "subscribed"}
    answer = sandbox.request("POST", f"/lists/{list_id}/members", row)
    date = parsedate_to_datetime(answer.headers["Date"])
    changed = type(date).fromisoformat(answer.body["last_changed"])
    assert timedelta(0) <= date - changed <= timedelta(seconds=2)


def test_one_request_more_than_the_connections_is_a_429_without_retry_after() -> None:
    with SandboxProcess("--connections", "2", "--latency", "0.5", is_measured=True) as slow:
        with ThreadPoolExecutor(5) as pool:
            answers = list(pool.map(lambda _: slow.request("GET", "/ping"), range(5)))
        assert sorted(answer.status for answer in answers) == [200, 200, 429, 429, 429]
        refused = next(answer for answer in answers if answer.status == 429)
        assert refused.body["title"] == "Too Many Requests"
        assert refused.body["detail"].endswith("the limit of 2 simultaneous connections.")
        assert "Retry-After" not in refused.headers
        counts = slow.requests()
        assert counts["by_status"] == {"200": 2, "429": 3}
        assert counts["most_in_flight"] > 2


def test_a_state_file_survives_a_kill(tmp_path: Path) -> None:
    options = ("--state", str(tmp_path / "state.db"))
    with SandboxProcess(*options, is_measured=True) as first:
        first.put(LIST, {"email_address": "anna@shop.de", "tags": ["x"]})
        row = {"email_address": "ben@shop.de", "status": "pending"}
        first.must("POST", f"/lists/{LIST}/members", row)
        before = first.members()
        first.kill()
    with SandboxProcess(*options, is_measured=True) as second:
        assert second.members() == before


def test_a_state_file_has_one_sandbox_at_a_time(tmp_path: Path) -> None:
    state = str(tmp_path / "state.db")
    with SandboxProcess("--state", state, is_measured=True):
        second = run("--port", "0", "--state", state)
    assert (second.returncode, second.stdout) == (2, "")
    assert second.stderr == f"Error: Cannot use {state} as state: database is locked.\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    with SandboxProcess(is_measured=True) as process:
        process.process.send_signal(number)
        assert process.process.wait(timeout=PATIENCE) == 0


def test_a_port_in_use_is_one_line_and_exit_code_2(sandbox: SandboxProcess) -> None:
    port = sandbox.url.rpartition(":")[2].removesuffix("/3.0")
    second = run("--port", port)
    assert (second.returncode, second.stdout) == (2, "")
    assert second.stderr.startswith(f"Error: Cannot listen on port {port}:")
    assert second.stderr.count("\n") == 1


def test_only_this_machine_can_be_listened_on() -> None:
    with pytest.raises(ValueError, match="this machine only"):
        Options(host="0.0.0.0")  # noqa: S104 - the point of the test


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/members/anna@shop.de/tags", {}),
        ("/members/anna@shop.de/tags", {"tags": "vip"}),
        ("/members/anna@shop.de/tags", {"tags": [{"name": " ", "status": "active"}]}),
        ("/members/anna@shop.de/tags", {"tags": [{"name": "vip", "status": "on"}]}),
        ("/members", {"email_address": "ben@shop.de"}),
        ("/members", {"email_address": "ben@shop.de", "status": None}),
        ("/members", {"email_address": "ben@shop.de", "status": "subscribed", "tags": "vip"}),
        ("/members", {"email_address": "ben@shop.de", "status": "subscribed", "tags": [""]}),
        ("/members", {"email_address": "ben@shop.de", "status": "subscribed", "language": None}),
        ("/members", {"email_address": "ben@shop.de", "status": "subscribed", "location": "here"}),
        ("/segments", {"static_segment": []}),
        ("/segments", {"name": " ", "static_segment": []}),
        ("/segments", {"name": "x", "static_segment": [1]}),
        ("/merge-fields", {"name": "x", "type": "text", "display_order": "first"}),
        ("/segments", None),
    ],
)
def test_a_body_that_does_not_validate_is_an_invalid_resource(
    sandbox: SandboxProcess, list_id: str, path: str, body: object
) -> None:
    sandbox.put(list_id, {"email_address": "anna@shop.de"})
    answer = sandbox.request("POST", f"/lists/{list_id}{path}", body)
    assert (answer.status, answer.body["title"]) == (400, "Invalid Resource")
    assert len(answer.body["errors"]) == 1


def test_a_place_is_two_numbers_or_two_numeric_texts(sandbox: SandboxProcess, list_id: str) -> None:
    row = {"email_address": "anna@shop.de", "status": "subscribed"}
    place = {"latitude": 52.5, "longitude": "13.4"}
    member = sandbox.must("POST", f"/lists/{list_id}/members", row | {"location": place})
    assert (member["location"]["latitude"], member["location"]["longitude"]) == (52.5, 13.4)
    path = f"/lists/{list_id}/members/anna@shop.de"
    answer = sandbox.request("PATCH", path, {"location": {"latitude": "north"}})
    assert answer.body["errors"][0]["field"] == "location.latitude"
