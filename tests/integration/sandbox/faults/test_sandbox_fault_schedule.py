"""Which request a fault meets, how faults are asked for, and which ones are refused."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from loader.sandbox.faults.fault import KINDS
from sandbox_process import PATIENCE, START, Json, SandboxProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

SEGMENT = "/lists/{list_id}/segments/{segment_id}"


@pytest.fixture(autouse=True)
def no_faults_later(sandbox: SandboxProcess) -> Iterator[None]:
    yield
    sandbox.faults()


def statuses(sandbox: SandboxProcess, count: int, method: str = "POST") -> list[int]:
    """Ask for a list that is not there, which answers 404 unless a fault does."""
    return [sandbox.request(method, "/lists/nosuch", {}).status for _ in range(count)]


def faults(sandbox: SandboxProcess) -> list[dict[str, Json]]:
    shown: list[dict[str, Json]] = sandbox.control("GET", "/faults")["faults"]
    return shown


def run(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", START, *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_the_same_seed_gives_the_same_schedule(sandbox: SandboxProcess) -> None:
    drawn = []
    for seed in (7, 7, 8):
        sandbox.faults({"kind": "429_empty", "rate": 0.5}, seed=seed)
        drawn.append(statuses(sandbox, 40))
    assert drawn[0] == drawn[1] != drawn[2]
    assert 8 < drawn[0].count(429) < 32
    assert faults(sandbox)[0]["fired"] == drawn[2].count(429)


def test_a_fault_at_a_number_happens_once(sandbox: SandboxProcess) -> None:
    sandbox.faults({"kind": "429_empty", "at": 3})
    assert statuses(sandbox, 5) == [404, 404, 429, 404, 404]
    sandbox.faults({"kind": "429_empty", "at": 1})
    assert statuses(sandbox, 2) == [429, 404]


def test_a_request_gets_the_first_response_fault_that_is_due(sandbox: SandboxProcess) -> None:
    wanted = [{"kind": "403_empty", "at": 2}, {"kind": "429_empty", "rate": 1}]
    sandbox.faults(*wanted)
    assert statuses(sandbox, 3) == [429, 403, 429]
    assert [fault["fired"] for fault in faults(sandbox)] == [1, 2]


def test_reads_are_spared_unless_they_are_meant(sandbox: SandboxProcess) -> None:
    sandbox.faults({"kind": "429_empty", "rate": 1})
    assert statuses(sandbox, 1, "GET") == [404]
    sandbox.faults({"kind": "429_empty", "rate": 1, "writes": False})
    assert (statuses(sandbox, 1, "GET"), statuses(sandbox, 1)) == ([429], [429])


def test_method_and_path_restrict_a_fault_and_its_count(sandbox: SandboxProcess) -> None:
    sandbox.faults({"kind": "429_empty", "at": 1, "method": "PATCH", "path": SEGMENT})
    assert sandbox.request("POST", "/lists/nosuch/segments/1", {}).status == 404
    assert sandbox.request("PATCH", "/lists/nosuch/members/anna@shop.de", {}).status == 404
    assert sandbox.request("PATCH", "/lists/nosuch/segments/1", {}).status == 429


def test_a_request_without_the_key_or_without_a_connection_is_not_counted(
    sandbox: SandboxProcess,
) -> None:
    sandbox.faults({"kind": "429_empty", "at": 1})
    assert sandbox.request("POST", "/lists/nosuch", {}, headers={}).status == 401
    sandbox.control("PUT", "/connections", {"taken": 10})
    assert sandbox.request("POST", "/lists/nosuch", {}).body["title"] == "Too Many Requests"
    sandbox.control("PUT", "/connections", {"taken": 0})
    assert statuses(sandbox, 1) == [429]


def test_faults_are_shown_as_they_were_asked_for_and_can_be_cleared(
    sandbox: SandboxProcess,
) -> None:
    fault = {"kind": "slow", "rate": 0.25, "method": "PUT", "writes": True, "seconds": 2.5}
    sandbox.faults(fault, seed=3)
    assert sandbox.control("GET", "/faults") == {"seed": 3, "faults": [fault | {"fired": 0}]}
    sandbox.faults()
    assert sandbox.control("GET", "/faults") == {"seed": 0, "faults": []}


@pytest.mark.parametrize(
    ("fault", "field", "choice"),
    [
        ({"kind": "502", "rate": 1}, "kind", "truncated, missing_rows, slow, list_deleted"),
        ({"rate": 1}, "kind", "truncated"),
        ({"kind": "429", "rate": 1.5}, "rate", "from 0 to 1"),
        ({"kind": "429", "rate": True}, "rate", "from 0 to 1"),
        ({"kind": "429", "at": 0}, "at", "from 1"),
        ({"kind": "429", "at": 1.0}, "at", "from 1"),
        ({"kind": "429"}, "rate", "either a rate or an at"),
        ({"kind": "429", "rate": 1, "at": 1}, "rate", "either a rate or an at"),
        ({"kind": "429", "rate": 1, "method": "post"}, "method", "GET, POST, PUT"),
        ({"kind": "429", "rate": 1, "path": "/lists/x"}, "path", "/lists/{list_id}, "),
        ({"kind": "429", "rate": 1, "method": "GET"}, "writes", "writes: false"),
        ({"kind": "429", "rate": 1, "writes": "no"}, "writes", "true or false"),
        ({"kind": "429", "rate": 1, "seconds": 1}, "seconds", "slow"),
        ({"kind": "slow", "rate": 1, "seconds": -1}, "seconds", "from 0"),
        ({"kind": "429", "rate": 1, "often": 1}, "often", "kind, rate, at, method, writes"),
        ("429", "", "object"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_by_its_field_and_changes_nothing(
    sandbox: SandboxProcess, fault: object, field: str, choice: str
) -> None:
    sandbox.faults({"kind": "hang", "at": 9})
    plan = {"faults": [{"kind": "429", "at": 1}, fault]}
    answer = sandbox.home("PUT", "/_control/faults", plan)
    (error,) = answer.body["errors"]
    assert (answer.status, error["field"]) == (400, f"faults.1.{field}".rstrip("."))
    assert choice in error["message"]
    assert [fault["kind"] for fault in faults(sandbox)] == ["hang"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/faults", {"seed": "x", "faults": []}, "seed"),
        ("/faults", {"seed": 1}, "faults"),
        ("/connections", {"taken": 11}, "taken"),
        ("/connections", {"taken": -1}, "taken"),
        ("/connections", {}, "taken"),
    ],
)
def test_a_schedule_that_means_nothing_is_refused(
    sandbox: SandboxProcess, path: str, body: object, field: str
) -> None:
    answer = sandbox.home("PUT", f"/_control{path}", body)
    assert (answer.status, answer.body["errors"][0]["field"]) == (400, field)


def test_flags_ask_for_faults_and_take_connections() -> None:
    options = ("--fault", "503_html=0.25", "--fault", "hang@3", "--seed", "7")
    with SandboxProcess(
        *options, "--connections", "2", "--connections-in-use", "2", is_measured=True
    ) as sandbox:
        shown = sandbox.control("GET", "/faults")
        assert shown["seed"] == 7
        assert shown["faults"] == [
            {"kind": "503_html", "rate": 0.25, "writes": True, "fired": 0},
            {"kind": "hang", "at": 3, "writes": True, "fired": 0},
        ]
        assert sandbox.request("GET", "/ping").status == 429
        assert sandbox.control("PUT", "/connections", {"taken": 1}) == {"taken": 1, "free": 1}
        assert sandbox.request("GET", "/ping").status == 200


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--fault", "502=0.1"), "'--fault': kind: Value must be one of: 429, 429_empty,"),
        (("--fault", "429=2"), "'--fault': rate: Value must be a number from 0 to 1."),
        (("--fault", "429=often"), "'--fault': rate: Value must be a number from 0 to 1."),
        (("--fault", "429=nan"), "'--fault': rate: Value must be a number from 0 to 1."),
        (("--fault", "429@0"), "'--fault': at: Value must be a whole number from 1."),
        (("--fault", "429@one"), "'--fault': at: Value must be a whole number from 1."),
        (("--fault", "429"), "'429' is neither KIND=RATE nor KIND@N."),
        (("--seed", "x"), "'--seed'"),
        (("--connections-in-use", "11"), "Of 10 connections, 11 cannot be in use."),
    ],
)
def test_a_flag_that_means_nothing_is_a_usage_error(options: tuple[str, ...], reason: str) -> None:
    done = run("--port", "0", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr


def test_help_lists_every_kind(sandbox: SandboxProcess) -> None:
    explained = sandbox.control("GET", "")["PUT /_control/faults"]
    for text in (explained, run("--help").stdout):
        assert set(KINDS) <= set(re.findall(r"\w+", text))
