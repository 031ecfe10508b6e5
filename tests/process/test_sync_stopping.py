"""A sync that is stopped, killed, or started twice: nothing is lost, nothing sent in vain."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dbt_process import DbtProcess
from sandbox_process import PATIENCE, SandboxProcess
from shop import Shop

PEOPLE = 2_500
SOME = 1_000


@pytest.fixture(scope="module")
def slow() -> Iterator[SandboxProcess]:
    """A Mailchimp that takes its time, so that a run of some calls can be met half-way."""
    with SandboxProcess("--allow-example-com", "--latency", "0.6") as process:
        yield process


@pytest.fixture
def shop(tmp_path: Path, dbt: DbtProcess, slow: SandboxProcess) -> Shop:
    """A shop with people to send, of whom nobody was sent yet."""
    shop = Shop(tmp_path, dbt, slow)
    shop.sql(
        "create table people as select 'person' || range || '@people.example.com' as email_address,"
        f" true as marketing_consent from range({PEOPLE})"
    )
    shop.audience("readers", "select * from people", segment="Readers", on_leave="unsubscribe")
    shop.dbt("run")
    shop.forget_requests()
    return shop


def test_a_run_that_is_asked_to_stop_records_every_answer_and_the_next_sends_the_rest(
    shop: Shop,
) -> None:
    with begun(shop, "--connections", "1") as running:
        until_sent(shop, SOME)
        running.send_signal(signal.SIGTERM)
        output, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 4
    assert "run again for the rest" in output
    acknowledged = {
        row["email_address"]
        for row in shop.query("select email_address from loader_acks where outcome = 'accepted'")
    }
    assert SOME <= len(acknowledged) < PEOPLE
    assert acknowledged == set(shop.members())

    shop.sync()
    assert is_exact(shop)
    # each of them once as a contact and once as a member of the segment
    assert shop.sandbox.requests()["contacts"] == 2 * PEOPLE


def test_after_a_kill_the_end_is_the_same_and_who_was_created_is_known_as_ours(
    shop: Shop,
) -> None:
    shop.sandbox.put(shop.list_id, {"email_address": "person0@people.example.com"})
    with begun(shop, "--connections", "1", "--first") as running:
        until_sent(shop, SOME)
        running.kill()
        running.wait(timeout=PATIENCE)
    assert len(shop.members()) < PEOPLE
    shop.sync()
    assert is_exact(shop)
    killed, after = shop.query("select exit_code, message from loader_runs order by started_at")
    assert (killed["exit_code"], after["exit_code"]) == (4, 0)
    assert "killed" in killed["message"]

    shop.sql("delete from people")
    shop.dbt("run")
    shop.sync("--force-leave")
    stayed = {one for one, member in shop.members().items() if member["status"] == "subscribed"}
    assert stayed == {"person0@people.example.com"}


def test_a_second_loader_is_told_who_has_the_file_and_a_second_signal_stops_at_once(
    shop: Shop,
) -> None:
    with begun(shop, "--connections", "1") as running:
        until_sent(shop, 1)
        second = shop.loader("sync", "--lock-timeout", "0.2")
        assert second.exit_code == 3
        assert f"is held by process {running.pid}" in second.output
        assert "Nothing was sent" in second.output
        running.send_signal(signal.SIGTERM)
        running.send_signal(signal.SIGINT)
        output, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 4
    assert "Stopped at once" in output
    assert len(shop.members()) < PEOPLE
    shop.sync()
    assert is_exact(shop)


@contextmanager
def begun(shop: Shop, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A sync that goes on beside the test."""
    given = {"MAILCHIMP_API_KEY": shop.sandbox.key, "MAILCHIMP_BASE_URL": shop.sandbox.url}
    with subprocess.Popen(
        [sys.executable, "-m", "loader", "sync", *options],
        cwd=shop.folder,
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until_sent(shop: Shop, contacts: int) -> None:
    """Wait until Mailchimp has got so many contacts."""
    end = time.monotonic() + PATIENCE
    while shop.sandbox.requests()["contacts"] < contacts:
        if time.monotonic() > end:
            raise AssertionError(shop.sandbox.requests())
        time.sleep(0.02)


def is_exact(shop: Shop) -> bool:
    """Whether the list shows everybody who is wanted as they are wanted, and nobody else."""
    members = shop.members()
    return len(members) == PEOPLE and all(
        (one["status"], one["tags"]) == ("subscribed", ["Readers"]) for one in members.values()
    )
