"""A sync that is asked to stop, or killed: nothing is lost, nothing sent twice."""

import signal

import pytest

from loader_process import Held, Running, Told, begun, until
from shop import Shop
from tests.process.expected_list import is_exact

CALL = 500
AGAIN = "Stopping after the answers in flight are recorded"
OUTAGE = {"kind": "503_html", "rate": 1.0}


def asked_to_stop(running: Running, number: int = signal.SIGTERM) -> None:
    """Send a signal, and wait until it was heard."""
    running.process.send_signal(number)
    until(lambda: AGAIN in running.output)


def test_a_run_that_is_asked_to_stop_records_every_answer_and_the_next_sends_the_rest(
    unsent: Shop,
) -> None:
    held = Held(unsent, at=2)
    with begun(unsent, "--connections", "1") as running:
        assert running.meet(lambda: held.writes() == 1)
        asked_to_stop(running)
        held.release()
        assert running.end() == 4
    assert "Run again to continue" in running.output
    accepted = unsent.query("select email_address from loader_acks where outcome = 'accepted'")
    assert len(accepted) == 2 * CALL
    assert {row["email_address"] for row in accepted} == set(unsent.members())
    unsent.sync()
    assert is_exact(unsent)
    # each of them once as a contact and once as a member of the segment
    assert unsent.sandbox.requests()["contacts"] == 2 * len(unsent.members())


def test_an_interrupt_amid_ten_calls_records_every_answer_and_nobody_is_sent_twice(
    unsent: Shop,
) -> None:
    unsent.sql(
        "insert into people select 'more' || range || '@people.example.com', 'First', true"
        f" from generate_series(0, {9 * CALL - 1}) as numbers(range)"
    )
    unsent.dbt("run")
    told = Told(unsent.sandbox)
    held = Held(unsent, rate=1)
    with begun(unsent) as running:
        assert running.meet(lambda: held.writes() == 10)
        asked_to_stop(running, signal.SIGINT)
        held.release()
        assert running.end() == 4
    acknowledgements = unsent.query("select email_address from loader_acks")
    assert told.end().total() == len(acknowledgements) == 10 * CALL
    unsent.sync()
    told.end()
    assert set(told.carried.values()) == {2}  # as a contact, and as a member of the segment
    assert is_exact(unsent)


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_stops_at_once(unsent: Shop, second: int) -> None:
    held = Held(unsent, at=2)
    with begun(unsent, "--connections", "1") as running:
        assert running.meet(lambda: held.writes() == 1)
        asked_to_stop(running)
        assert running.ask_to_end(second) == 4
    held.release()
    assert "Stopped at once" in running.output
    unsent.sync()
    assert is_exact(unsent)


def test_a_signal_in_an_outage_ends_the_run_and_says_so_and_the_next_one_is_exact(
    unsent: Shop,
) -> None:
    unsent.sandbox.faults(OUTAGE)
    with begun(unsent) as running:
        until(lambda: unsent.sandbox.requests()["by_status"].get("503", 0) >= 3)
        assert running.ask_to_end() == 4
    assert "Stopped on request" in running.output
    assert unsent.members() == {}
    unsent.sandbox.faults()
    unsent.sync()
    assert is_exact(unsent)


def test_after_a_kill_the_end_is_the_same_and_who_was_created_is_known_as_ours(
    unsent: Shop,
) -> None:
    unsent.sandbox.put(unsent.list_id, {"email_address": "person0@people.example.com"})
    held = Held(unsent, at=2)
    with begun(unsent, "--connections", "1", "--allow-first-sync") as running:
        assert running.meet(lambda: held.writes() == 1)
        running.kill()
    held.release()
    unsent.sync()
    assert is_exact(unsent)
    killed, after = unsent.query("select exit_code, message from loader_runs order by started_at")
    assert (killed["exit_code"], after["exit_code"]) == (4, 0)
    assert "killed" in killed["message"]

    unsent.sql("delete from people")
    unsent.dbt("run")
    unsent.sync("--allow-leaves")
    stayed = {one for one, member in unsent.members().items() if member["status"] == "subscribed"}
    assert stayed == {"person0@people.example.com"}
