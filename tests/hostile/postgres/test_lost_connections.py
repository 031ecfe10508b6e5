"""A server that goes away in mid-run: one message, exit code 3, and the next run sends the rest."""

import json
from collections.abc import Callable

import pytest

from loader_process import PLANNED, Held, Running, begun, until
from tests.hostile.postgres.served_shop import PEOPLE, ServedShop

OURS = "application_name = 'dbt-mailchimp' and datname = current_database()"
HOLDS = "exists (select from pg_locks where locktype = 'advisory' and pg_locks.pid = a.pid)"
END = f"select count(pg_terminate_backend(pid)) from pg_stat_activity as a where {OURS} and"
LIMITS = (
    "statement_timeout",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
    "transaction_timeout",
)
CALLS = PEOPLE // 500  # which are in flight at once


def restarted(shop: ServedShop, mode: str) -> None:
    """The server goes away and another one comes, as in a failover."""
    shop.server.stop(mode)
    shop.server.start()


LOSSES: dict[str, Callable[[ServedShop], object]] = {
    "the session that holds the lock": lambda shop: shop.ask(f"{END} {HOLDS}"),
    "the other sessions": lambda shop: shop.ask(f"{END} not {HOLDS}"),
    "every session": lambda shop: shop.ask(f"{END} true"),
    "a failover": lambda shop: restarted(shop, "fast"),
    "a power cut": lambda shop: restarted(shop, "immediate"),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_connection_that_is_lost_ends_the_run_with_words_and_the_next_one_heals(
    shop: ServedShop, loss: str
) -> None:
    shop.begin()
    held = Held(shop, rate=1.0)
    with begun(shop) as running:
        assert running.meet(lambda: held.writes() == CALLS)
        LOSSES[loss](shop)
        held.release()
        assert running.end() == 3
    assert one_message(running).startswith("The connection to PostgreSQL was lost")
    assert running.rows(PLANNED) == [2 * PEOPLE]
    heal(shop)


def test_a_server_that_is_away_when_a_run_begins_ends_it_with_words(shop: ServedShop) -> None:
    shop.begin()
    shop.server.stop()
    try:
        with begun(shop) as running:
            assert running.end() == 3
    finally:
        shop.server.start()
    assert one_message(running).startswith("PostgreSQL does not let the loader in")
    assert str(shop.server.home) not in running.output
    heal(shop)


def test_a_table_that_somebody_holds_ends_the_run_with_their_name_and_the_next_one_heals(
    shop: ServedShop,
) -> None:
    shop.begin()
    held = Held(shop, rate=1.0)
    with shop.database.session() as somebody, begun(shop, "--lock-timeout", "1") as running:
        assert running.meet(lambda: held.writes() == CALLS)
        somebody.execute("set application_name = 'a backup'")
        somebody.begin()
        somebody.execute("lock table loader_acks in access exclusive mode")
        held.release()
        assert running.end() == 3
        somebody.rollback()
    message = one_message(running)
    assert message.startswith("Somebody else holds a table of the warehouse")
    assert "It may be a backup (process " in message
    heal(shop)


def test_a_server_without_room_ends_the_run_with_words_and_the_next_one_heals(
    shop: ServedShop,
) -> None:
    shop.begin()
    shop.ask("alter role loader set temp_file_limit = '256kB'; alter role loader set work_mem = 64")
    try:
        with begun(shop) as running:
            assert running.end() == 3
    finally:
        shop.ask("alter role loader reset all")
    assert one_message(running).startswith("The server of the warehouse has no room")
    heal(shop)


def test_limits_of_a_role_do_not_end_a_delivery_that_takes_longer(shop: ServedShop) -> None:
    shop.begin()
    for limit in LIMITS:
        shop.ask(f'alter role loader in database "{shop.database.name}" set {limit} = 300')
    held = Held(shop, rate=1.0)
    with begun(shop) as running:
        assert running.meet(lambda: held.writes() == CALLS)
        shop.server.ask("select pg_sleep(1)")
        held.release()
        assert running.end() == 0
    assert shop.is_exact()


def test_a_second_sync_is_told_who_is_first_and_sends_nothing(shop: ServedShop) -> None:
    shop.begin()
    held = Held(shop, rate=1.0)
    with begun(shop) as first:
        assert first.meet(lambda: held.writes() == CALLS)
        with begun(shop, "--lock-timeout", "0.5", name="second") as second:
            assert second.end() == 3
        assert "The schema main is held by dbt-mailchimp (process" in one_message(second)
        read = shop.loader("ls")  # which waits for nobody
        assert (read.exit_code, "readers" in read.output) == (0, True)
        held.release()
        assert first.end() == 0
    assert shop.is_exact()
    assert shop.sandbox.requests()["contacts"] == 2 * PEOPLE


def test_a_second_signal_ends_a_run_that_waits_for_the_server(shop: ServedShop) -> None:
    shop.begin()
    held = Held(shop, rate=1.0)
    with shop.database.session() as somebody, begun(shop, "--lock-timeout", "600") as running:
        assert running.meet(lambda: held.writes() == CALLS)
        somebody.begin()
        somebody.execute("lock table loader_ledger in access exclusive mode")
        held.release()
        waiting = f"select count(*) from pg_stat_activity where {OURS} and wait_event_type = 'Lock'"
        until(lambda: shop.ask(waiting) == "1")
        running.process.terminate()
        until(lambda: "Stopping after" in running.output)
        assert running.ask_to_end() == 4
        somebody.rollback()
    assert "Traceback" not in running.output
    heal(shop)


def one_message(running: Running) -> str:
    """The one error that it told, in words and without a traceback."""
    assert "Traceback" not in running.output
    (message,) = running.messages("error")
    report = json.dumps(running.output)
    assert "password" not in report.lower() or "profiles.yml" in report
    return message


def heal(shop: ServedShop) -> None:
    """Nobody is called accepted who was not; the next run sends the rest, and then nothing is."""
    accepted = shop.acknowledged()
    assert {address for address, _ in accepted} <= set(shop.members())
    shop.forget_requests()
    shop.sync()
    assert shop.is_exact()
    sent = shop.sandbox.requests()["contacts"]
    assert sent == 2 * PEOPLE - len(accepted)
    shop.forget_requests()
    shop.sync()
    assert shop.writes() == {}
