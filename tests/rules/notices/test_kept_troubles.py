"""What is wrong is written down after a run in the place of what was."""

from datetime import datetime
from typing import Any

from cases.in_memory import InMemory

SINCE, TOLD = datetime(2026, 11, 22, 2), datetime(2026, 11, 22, 3)  # noqa: DTZ001 - UTC
ROW: dict[str, Any] = {
    "command": "sync",
    "audience": 'it\'s "readers"',
    "list_id": "f00d",
    "kind": "guard",
    "status": "told",
    "message": "13 of 48 contacts would leave",
    "affected": 0,
    "times": 2,
    "since": SINCE,
    "told_at": TOLD,
}


def test_what_is_written_down_is_read_again(warehouse: InMemory) -> None:
    waiting = ROW | {"command": "verify", "status": "waiting", "told_at": None}
    for row in (waiting, ROW):
        warehouse.run("notices/insert", **row)
    found = [tuple(row.values()) for row in (ROW, waiting)]
    assert warehouse.found("notices/known") == found


def test_what_was_wrong_before_is_cleared(warehouse: InMemory) -> None:
    warehouse.given("loader_notices", ROW, ROW | {"command": "verify"})
    warehouse.run("notices/clear")
    assert warehouse.found("notices/known") == []
