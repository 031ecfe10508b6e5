"""Two who want one warehouse: one at a time, told who has it, and every end in order."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from loader_process import Held, begun, until
from shop import Shop
from tests.process.expected_list import is_exact

ONE = ("--connections", "1")

pytestmark = pytest.mark.duckdb_only("lock of the file")


def test_a_second_loader_waits_for_the_first_and_then_has_nothing_to_send(unsent: Shop) -> None:
    held = Held(unsent, at=2)
    with begun(unsent, *ONE) as first:
        assert first.meet(lambda: held.writes() == 1)
        with begun(unsent, *ONE, "--lock-timeout", "600", name="second") as second:
            until(lambda: f"held by process {first.pid} " in second.output)
            third = unsent.loader("sync", "--lock-timeout", "0")
            assert not first.is_over()
            held.release()
            assert (first.end(), second.end()) == (0, 0)
    assert third.exit_code == 3
    assert f"is held by process {first.pid}" in third.output
    assert "Nothing was sent" in third.output
    assert "nothing to send" in second.output
    counted = unsent.sandbox.requests()
    people = len(unsent.members())
    assert (counted["contacts"], counted["most_in_flight"]) == (2 * people, 1)
    earlier, later = unsent.query("select * from loader_runs order by started_at")
    assert earlier["finished_at"] <= later["started_at"]
    assert (earlier["exit_code"], later["exit_code"]) == (0, 0)
    assert is_exact(unsent)


def test_dbt_in_the_middle_of_a_sync_is_told_who_has_the_file_and_the_sync_ends_well(
    unsent: Shop,
) -> None:
    held = Held(unsent, at=2)
    with begun(unsent, *ONE) as running:
        assert running.meet(lambda: held.writes() == 1)
        refused = unsent.try_dbt("run")
        assert not running.is_over()
        held.release()
        assert running.end() == 0
    assert refused.exit_code != 0
    assert f"PID {running.pid}" in refused.output
    assert is_exact(unsent)
    unsent.dbt("run")
    unsent.forget_requests()
    unsent.sync()
    assert unsent.writes() == {}


def test_a_sync_in_the_middle_of_dbt_waits_and_sends_what_dbt_made(unsent: Shop) -> None:
    unsent.sql("update people set fname = 'Second'")
    gate = unsent.folder / "gate.csv"
    os.mkfifo(gate)
    (unsent.folder / "models/gate.sql").write_text(
        "{{ config(materialized='table') }}\n"
        f"select * from read_csv('{gate}', header = true, columns = {{'id': 'integer'}})"
        " -- depends_on: {{ ref('readers') }}\n"
    )
    with ThreadPoolExecutor() as beside:
        building = beside.submit(unsent.try_dbt, "run")
        writer = opened_by_its_reader(gate)
        with begun(unsent, "--lock-timeout", "600") as waiting:
            until(lambda: "is held by process" in waiting.output)
            assert not waiting.is_over()
            os.write(writer, b"id\n1\n")
            os.close(writer)
            assert waiting.end() == 0
    assert building.result().exit_code == 0, building.result().output
    assert is_exact(unsent, "Second")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_the_file_is_waited_for_ends_the_wait_and_nothing_was_sent(
    unsent: Shop, number: int
) -> None:
    held = Held(unsent, at=2)
    with begun(unsent, *ONE) as first:
        assert first.meet(lambda: held.writes() == 1)
        with begun(unsent, "--lock-timeout", "600", first=in_background, name="second") as second:
            until(lambda: f"held by process {first.pid} " in second.output)
            assert second.ask_to_end(number) == 4
            assert "Stopped." in second.output
        assert not first.is_over()
        held.release()
        assert first.end() == 0
    assert unsent.query("select count(*) as runs from loader_runs") == [{"runs": 1}]
    assert is_exact(unsent)


def in_background() -> None:
    """Begin as a shell begins a command with `&`: what Ctrl-C sends is for somebody else."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def opened_by_its_reader(pipe: Path) -> int:
    """Wait until somebody reads from a named pipe; the end to write to."""
    ends: list[int] = []

    def is_read() -> bool:
        try:
            ends.append(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            return False
        return True

    until(is_read)
    return ends[0]
