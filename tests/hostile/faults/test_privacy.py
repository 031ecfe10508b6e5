"""Neither the key nor an address is printed by a run, whatever happens to it and whoever logs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from dbt_process import DbtProcess
from fake_time import FakeTime
from fault_runs import behave
from inside import Inside
from loader.sandbox.faults.model import RESPONSE_KINDS
from sandbox_process import PATIENCE, SandboxProcess
from shop import Shop

KEY = "f3b1c5e79a0d4e6b8c2f71a9d3e5b7c9-us1"
PEOPLE = """
    create table people as
    select
        'zebedee' || range || '.quillfeather@xanthic.example.org' as email_address,
        'Zebedee' as fname,
        range % 20 <> 0 as marketing_consent
    from range(700)
"""
# every address, its local part and its domain hold one of these
SECRETS = (KEY.partition("-")[0], "zebedee", "quillfeather", "xanthic")
LOGS_ALL = "import logging; logging.basicConfig(level=1)"
RATE = 0.04


class Seen(NamedTuple):
    """What anybody beside a run could see of it."""

    exit_code: int
    text: str


@pytest.fixture(autouse=True)
def secret_key(sandbox: SandboxProcess) -> Iterator[None]:
    sandbox.control("PUT", "/key", {"api_key": KEY})
    yield
    behave(sandbox)


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop where dbt has run; each test begins with nothing sent."""
    shop = Shop(tmp_path_factory.mktemp("built"), dbt, sandbox)
    shop.sql(PEOPLE)
    shop.audience("readers", "select * from people", segment="Readers", on_leave="archive")
    shop.dbt("run")
    shop.sql("checkpoint")
    (shop.folder / "built.duckdb").write_bytes((shop.folder / "shop.duckdb").read_bytes())
    (shop.folder / "logging").mkdir()
    (shop.folder / "logging" / "sitecustomize.py").write_text(LOGS_ALL)
    return shop


@pytest.fixture
def shop(built: Shop) -> Shop:
    (built.folder / "shop.duckdb.wal").unlink(missing_ok=True)
    (built.folder / "shop.duckdb").write_bytes((built.folder / "built.duckdb").read_bytes())
    path = f"/lists/{built.list_id}"
    for method, body in (("PUT", {}), ("DELETE", None), ("PUT", {})):  # it may be gone already
        built.sandbox.control(method, path, body)
    built.forget_requests()
    return built


def run(shop: Shop, *options: str, interrupts: int = 0) -> Seen:
    """A sync as a process in which every logger says everything."""
    given = {
        "MAILCHIMP_API_KEY": KEY,
        "MAILCHIMP_BASE_URL": shop.sandbox.url,
        "PYTHONASYNCIODEBUG": "1",
        "PYTHONPATH": str(shop.folder / "logging"),
    }
    results = shop.folder / "target" / "loader_run_results.json"
    results.unlink(missing_ok=True)
    with subprocess.Popen(
        [sys.executable, "-X", "dev", "-m", "loader", "sync", "--retry-seconds", "5", *options],
        cwd=shop.folder,
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        until_writing(shop, process)
        texts = [path.read_text() for path in proc_of(process.pid)]
        for _ in range(interrupts):
            process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=PATIENCE)
    assert "DEBUG:asyncio:" in output  # the loggers did say everything
    texts += [output, results.read_text() if results.exists() else ""]
    return Seen(process.returncode, "".join(texts))


def until_writing(shop: Shop, process: subprocess.Popen[str]) -> None:
    """Wait until Mailchimp was written to, or the run is over."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and not shop.sandbox.requests()["writes"]:
        if time.monotonic() > end:
            raise AssertionError(shop.sandbox.requests())


def proc_of(pid: int) -> list[Path]:
    """Where Linux shows everybody how a process was started."""
    files = [Path(f"/proc/{pid}/{name}") for name in ("cmdline", "comm")]
    return [path for path in files if path.exists()]


def mark(shop: Shop, how: str, number: int) -> None:
    """Let Mailchimp think something of somebody."""
    who = f"zebedee{number}.quillfeather@xanthic.example.org"
    body = {"mark": how, "addresses": [who]}
    shop.sandbox.control("POST", f"/lists/{shop.list_id}/marks", body)


def told(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text.lower()]


@pytest.mark.parametrize("options", [(), ("--log-format", "json", "--json")], ids=["text", "json"])
def test_nothing_is_told_while_mailchimp_misbehaves_in_every_way(
    shop: Shop, options: tuple[str, ...]
) -> None:
    mark(shop, "too_many_signups", 7)
    # a silence, and somebody whom Mailchimp chokes on, take minutes: they have a test of their own
    kinds = (*(kind for kind in RESPONSE_KINDS if kind != "hang"), "person_unsubscribes")
    faults = [{"kind": kind, "rate": RATE} for kind in (*kinds, "marketer_tags")]
    shop.sandbox.faults(*faults, seed=3)
    seen = run(shop, *options)
    assert seen.exit_code in (1, 3, 4)
    assert told(seen.text) == []


@pytest.mark.parametrize("kind", ["key_revoked", "list_deleted"])
def test_nothing_is_told_when_the_key_or_the_list_goes(shop: Shop, kind: str) -> None:
    fault = {"kind": kind, "at": 2, "method": "POST", "path": "/lists/{list_id}"}
    shop.sandbox.faults(fault)
    seen = run(shop, "--json")
    assert seen.exit_code == 3
    assert told(seen.text) == []


@pytest.mark.parametrize(
    "damage",
    [
        "drop table loader_ledger",
        "drop table loader_acks",
        "drop table mailchimp_members",
        "alter table loader_ledger alter acked_at type bigint using 0",
        "alter table loader_acks alter acked_at type bigint using 0",
        "alter table loader_acks alter email_address type integer",
        "create unique index once on loader_acks (email_address)",
    ],
)
def test_nothing_is_told_when_the_warehouse_is_damaged(shop: Shop, damage: str) -> None:
    shop.sql(damage)
    seen = run(shop)
    assert seen.exit_code == 3
    assert told(seen.text) == []


@pytest.mark.parametrize("interrupts", [1, 2, 3])
def test_nothing_is_told_when_it_is_interrupted(shop: Shop, interrupts: int) -> None:
    shop.sandbox.faults({"kind": "slow", "rate": 1.0, "seconds": 1.0})
    seen = run(shop, interrupts=interrupts)
    assert seen.exit_code == 4
    assert told(seen.text) == []


def test_nothing_is_logged_when_mailchimp_is_silent_or_chokes(
    shop: Shop, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(1)
    mark(shop, "poison", 8)
    shop.sandbox.faults({"kind": "hang", "rate": 0.2})
    inside = Inside(shop.folder / "shop.duckdb", shop.sandbox)
    shop.sandbox.control("PUT", "/key", {"api_key": shop.sandbox.key})
    report = inside.sync(patience=FakeTime().patience(300.0, 0.5))
    assert report.audiences[0].exit_code in (3, 4)
    assert told(caplog.text + "".join(capfd.readouterr())) == []
