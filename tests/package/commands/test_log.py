"""`--log-format json`: every line on standard error is an event of the published schema."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

import loader
from command_line import Printed
from dbt_process import DbtProcess
from loader.text.events import KINDS
from loader_process import begun, until
from sandbox_process import SandboxProcess
from shop import Shop

SCHEMA = Path(loader.__file__).parents[1] / "docs/reference/log_event.schema.json"
VALID = Draft202012Validator(json.loads(SCHEMA.read_text()))
JSON = ("--log-format", "json")
OUTAGE = {"kind": "503_html", "rate": 1.0, "method": "POST", "path": "/lists/{list_id}"}
Event = dict[str, Any]


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("log"), dbt, sandbox)
    shop.audience("readers", "select 'fan@shop.io' as email_address, true as marketing_consent")
    shop.audience("fakes", "select 'gone@shop.io' as email_address, true as marketing_consent")
    mark = {"mark": "forgotten", "addresses": ["gone@shop.io"]}
    sandbox.control("POST", f"/lists/{shop.list_id}/marks", mark)
    shop.dbt("run")
    yield shop
    sandbox.faults()


def events(printed: Printed) -> list[Event]:
    """The log of a command, each line of which has to be as the schema says."""
    found: list[Event] = [json.loads(line) for line in printed.err.splitlines()]
    wrong = [(one, error.message) for one in found for error in VALID.iter_errors(one)]
    assert wrong == []
    assert len({one["run_id"] for one in found}) == 1
    return found


def kinds(found: list[Event]) -> set[str]:
    return {str(one["event"]) for one in found}


def test_a_sync_tells_what_it_plans_sends_and_how_each_audience_ended(shop: Shop) -> None:
    printed = shop.loader("sync", "--json", *JSON)
    found = events(printed)
    assert kinds(found) == {"planned", "answered", "finished", "ended"}
    assert {one["run_id"] for one in found} == {json.loads(printed.out)["run_id"]}
    (planned,) = (
        one for one in found if one["event"] == "planned" and one["audience"] == "readers"
    )
    assert (planned["list_id"], planned["rows"]) == (shop.list_id, 1)
    ended = {one["audience"]: one for one in found if one["event"] == "finished"}
    assert (ended["readers"]["level"], ended["readers"]["exit_code"]) == ("info", 0)
    assert (ended["fakes"]["level"], ended["fakes"]["exit_code"]) == ("warning", 1)
    assert "1 rejected" in ended["fakes"]["message"]
    assert (found[-1]["event"], found[-1]["exit_code"]) == ("ended", printed.exit_code)


@pytest.mark.parametrize("command", [("pull",), ("verify",)])
def test_what_reads_lists_names_each_and_how_much(shop: Shop, command: tuple[str, ...]) -> None:
    found = events(shop.loader(*command, *JSON))
    assert {"reading", "read", "ended"} <= kinds(found)
    assert shop.list_id in {one.get("list_id") for one in found}


def test_a_quiet_log_has_what_went_wrong_and_nothing_else(shop: Shop) -> None:
    assert shop.loader("sync", "--select", "readers", "--quiet", *JSON).err == ""
    printed = shop.loader("sync", "--retry-rejected", *JSON, "--quiet")
    found = events(printed)
    assert [(one["event"], one["exit_code"]) for one in found] == [("finished", 1), ("ended", 1)]
    assert "1 rejected" in found[0]["message"]


STOPPED = {
    "no such audience": (("sync", "--select", "nobody"), 2),
    "no such target": (("sync", "--target", "nowhere"), 2),
    "no such account": (("pull", "--account", "other"), 2),
}


@pytest.mark.parametrize("case", STOPPED)
def test_what_stops_a_command_is_its_last_event(shop: Shop, case: str) -> None:
    command, exit_code = STOPPED[case]
    printed = shop.loader(*command, *JSON)
    last = events(printed)[-1]
    assert printed.exit_code == exit_code
    assert (last["event"], last["level"], last["exit_code"]) == ("error", "error", exit_code)
    assert shop.loader(*command).err == f"Error: {last['message']}\n"


def test_who_holds_the_file_and_a_signal_are_events_too(shop: Shop) -> None:
    shop.sandbox.faults(OUTAGE)
    with begun(shop, "--historical-refresh", "--yes", "--select", "readers") as first:
        first.meet(lambda: bool(first.rows("planned")))
        waiting = shop.loader_process("sync", "--lock-timeout", "0.2", *JSON)
        first.process.terminate()
        until(first.is_over)
    shop.sandbox.faults()
    held = events(waiting)
    assert [one["event"] for one in held] == ["message", "error"]
    assert "Waiting for at most" in held[0]["message"]
    lines = [one for one in first.output.splitlines() if one.startswith('{"time"')]
    stopped = [one for one in events(Printed(4, "", "\n".join(lines))) if "rows" not in one]
    assert [one["event"] for one in stopped] == ["message", "finished", "ended"]
    assert stopped[0]["message"].startswith("Stopping after")
    assert (stopped[-1]["exit_code"], stopped[-1]["level"]) == (4, "error")


def test_the_schema_names_each_event_that_there_is_and_no_other() -> None:
    schema = json.loads(SCHEMA.read_text())
    assert set(schema["properties"]["event"]["enum"]) == set(KINDS)
    whole = {"time": "2026-11-30T11:20:15.000Z", "level": "info", "run_id": "r"}
    assert [kind for kind in KINDS if VALID.is_valid({**whole, "event": kind})] == []
    assert VALID.is_valid({**whole, "event": "ended", "exit_code": 0})
