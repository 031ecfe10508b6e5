"""Two who want one warehouse, and signals: one at a time, and every end in order."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dbt_process import DbtProcess
from killing import ANSWERED, Told, begun, until
from sandbox_process import SandboxProcess
from shop import Shop

PEOPLE = 4_000
OUTAGE = {"kind": "503_html", "rate": 1.0}


@pytest.fixture(scope="module")
def slow() -> Iterator[SandboxProcess]:
    """A Mailchimp that takes its time, so that a run of some calls can be met half-way."""
    with SandboxProcess("--allow-example-com", "--latency", "0.3") as process:
        yield process


@pytest.fixture
def shop(tmp_path: Path, dbt: DbtProcess, slow: SandboxProcess) -> Shop:
    """A shop with people to send, of whom nobody was sent yet."""
    shop = Shop(tmp_path, dbt, slow)
    shop.sql(
        "create table people as select 'person' || range || '@people.example.com' as email_address,"
        f" 'First' as fname, true as marketing_consent from range({PEOPLE})"
    )
    shop.audience("readers", "select * from people", segment="Readers")
    shop.dbt("run")
    slow.faults()
    shop.forget_requests()
    return shop


def test_a_second_loader_waits_for_the_first_and_then_has_nothing_to_send(shop: Shop) -> None:
    with begun(shop, "--connections", "1") as first:
        assert first.meet(lambda: bool(first.rows(ANSWERED)))
        with begun(shop, "--connections", "1", "--lock-timeout", "600", name="second") as second:
            # a third that does not wait comes to the file after the second
            assert shop.loader("sync", "--lock-timeout", "0").exit_code == 3
            assert not first.is_over()
            assert first.end() == 0
            assert second.end() == 0
    assert "nothing to send" in second.output
    counted = shop.sandbox.requests()
    assert (counted["contacts"], counted["most_in_flight"]) == (2 * PEOPLE, 1)
    earlier, later = shop.query("select * from loader_runs order by started_at")
    assert earlier["finished_at"] <= later["started_at"]
    assert (earlier["exit_code"], later["exit_code"]) == (0, 0)
    assert is_exact(shop, "First")


def test_dbt_in_the_middle_of_a_sync_is_told_who_has_the_file_and_the_sync_ends_well(
    shop: Shop,
) -> None:
    with begun(shop, "--connections", "1") as running:
        assert running.meet(lambda: bool(running.rows(ANSWERED)))
        refused = shop.try_dbt("run")
        assert not running.is_over()
        assert running.end() == 0
    assert refused.exit_code != 0
    assert f"PID {running.pid}" in refused.output
    assert is_exact(shop, "First")
    shop.dbt("run")
    shop.forget_requests()
    shop.sync()
    assert shop.writes() == {}


def test_a_sync_in_the_middle_of_dbt_waits_and_sends_what_dbt_made(shop: Shop) -> None:
    shop.sql("update people set fname = 'Second'")
    gate = shop.folder / "gate.csv"
    os.mkfifo(gate)
    (shop.folder / "models/gate.sql").write_text(
        "{{ config(materialized='table') }}\n"
        f"select * from read_csv('{gate}', header = true, columns = {{'id': 'integer'}})"
        " -- depends_on: {{ ref('readers') }}\n"
    )
    with ThreadPoolExecutor() as beside:
        building = beside.submit(shop.try_dbt, "run")
        writer = opened_by_its_reader(gate)
        with begun(shop, "--lock-timeout", "600") as waiting:
            early = shop.loader("sync", "--lock-timeout", "0")
            assert not waiting.is_over()
            os.write(writer, b"id\n1\n")
            os.close(writer)
            assert waiting.end() == 0
    assert building.result().exit_code == 0, building.result().output
    assert early.exit_code == 3
    assert "is held by process" in early.output
    assert is_exact(shop, "Second")


def test_an_interrupt_amid_ten_calls_records_every_answer_and_nobody_is_sent_twice(
    shop: Shop,
) -> None:
    told = Told(shop.sandbox)
    with begun(shop) as running:
        assert running.meet(lambda: told.requests() >= 6)
        assert running.meet(lambda: shop.sandbox.requests()["contacts"] > 0)
        assert running.ask_to_end(signal.SIGINT) == 4
    assert "Stopping when the answers on the way are recorded" in running.output
    acknowledgements = shop.query("select email_address from loader_acks")
    assert told.end().total() == len(acknowledgements)
    shop.sync()
    told.end()
    assert set(told.carried.values()) == {2}  # as a contact, and as a member of the segment
    assert is_exact(shop, "First")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_the_file_is_waited_for_ends_the_wait_and_nothing_was_sent(
    shop: Shop, number: int
) -> None:
    with begun(shop, "--connections", "1") as first:
        assert first.meet(lambda: bool(first.rows(ANSWERED)))
        with begun(shop, "--lock-timeout", "600", first=in_background, name="second") as second:
            until(lambda: f"held by process {first.pid} " in second.output)
            assert second.ask_to_end(number) == 4
            assert "Stopped." in second.output
            assert not first.is_over()
        assert first.end() == 0
    assert shop.query("select count(*) as runs from loader_runs") == [{"runs": 1}]
    assert is_exact(shop, "First")


def test_a_signal_in_an_outage_ends_the_run_and_says_so_and_the_next_one_is_exact(
    shop: Shop,
) -> None:
    shop.sandbox.faults(OUTAGE)
    with begun(shop) as running:
        until(lambda: shop.sandbox.requests()["by_status"].get("503", 0) >= 3)
        assert running.ask_to_end() == 4
    assert "Stopped as asked" in running.output
    assert shop.members() == {}
    shop.sandbox.faults()
    shop.sync()
    assert is_exact(shop, "First")


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


def is_exact(shop: Shop, fname: str) -> bool:
    """Whether the list shows everybody who is wanted as they are wanted, and nobody else."""
    members = shop.members()
    return len(members) == PEOPLE and all(
        (one["status"], one["tags"], one["merge_fields"])
        == ("subscribed", ["Readers"], {"FNAME": fname})
        for one in members.values()
    )
