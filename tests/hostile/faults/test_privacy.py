"""Neither the key nor an address is printed by a run, whatever happens to it and whoever logs."""

import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dbt_process import DbtProcess
from fake_time import FakeTime
from in_process_loader import Inside
from loader.sandbox.faults.fault import RESPONSE_KINDS
from loader_process import CONTACTS, Held, Running, begun, until
from sandbox_process import SandboxProcess
from shop import Shop

KEY = "f3b1c5e79a0d4e6b8c2f71a9d3e5b7c9-us1"
PEOPLE = """
    create table people as
    select
        'zebedee' || range || '.quillfeather@xanthic.example.org' as email_address,
        'Zebedee' as fname,
        range % 20 <> 0 as marketing_consent
    from generate_series(0, 699) as numbers(range)
"""
# every address, its local part and its domain hold one of these
SECRETS = (KEY.partition("-")[0], "zebedee", "quillfeather", "xanthic")
LOGS_ALL = "import logging; logging.basicConfig(level=1)"
HEARD = "Stopping after the answers in flight are recorded"
# a silence, and somebody whom Mailchimp chokes on, take minutes: they have a test of their own
SPOILING = ("truncated", "missing_rows")  # answers to a batch of contacts
REFUSING = tuple(kind for kind in RESPONSE_KINDS if kind not in ("hang", *SPOILING))
MEANWHILE = ("person_unsubscribes", "marketer_tags")
FAULTS = [
    *({"kind": kind, "at": place, "method": "DELETE"} for place, kind in enumerate(REFUSING, 1)),
    *({"kind": kind, "at": place, **CONTACTS} for place, kind in enumerate(SPOILING, 1)),
    *({"kind": kind, "at": 1, **CONTACTS} for kind in MEANWHILE),
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """One with a key of its own."""
    with SandboxProcess("--allow-example-com") as process:
        process.key = KEY
        process.control("PUT", "/key", {"api_key": KEY})
        yield process


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop where people were sent, and then changed and left, and dbt has run."""
    shop = Shop(tmp_path_factory.mktemp("built"), dbt, sandbox)
    shop.sql(PEOPLE)
    shop.audience("readers", "select * from people", segment="Readers", on_leave="archive")
    shop.dbt("run")
    shop.sync()
    shop.sql(
        "delete from people where email_address ~ '^zebedee6[01][0-9][.].*$'",  # a call each
        "update people set fname = 'Zeb'",
    )
    shop.dbt("run")
    (shop.folder / "logging").mkdir()
    (shop.folder / "logging" / "sitecustomize.py").write_text(LOGS_ALL)
    shop.keep()
    return shop


@pytest.fixture
def shop(built: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The same again, for processes in which every logger says everything."""
    built.put_back()
    monkeypatch.setenv("PYTHONDEVMODE", "1")
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    monkeypatch.setenv("PYTHONPATH", str(built.folder / "logging"))
    return built


def told(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text.lower()]


def ended(running: Running, shop: Shop) -> tuple[int, str]:
    """The exit code, and what anybody beside a run could see of it."""
    files = [Path(f"/proc/{running.pid}/{name}") for name in ("cmdline", "comm")]
    texts = [path.read_text() for path in files if path.exists()]  # Linux shows it to everybody
    code = running.end()
    assert "DEBUG:asyncio:" in running.output  # the loggers did say everything
    return code, "".join([*texts, running.output, results(shop)])


def results(shop: Shop) -> str:
    """What the run left in the folder of the project."""
    path = shop.folder / "target" / "loader_run_results.json"
    return path.read_text() if path.exists() else ""


@pytest.fixture
def here(
    shop: Shop, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """A sync in this process; its exit code, and what was printed and logged by anybody."""

    def here(*options: str) -> tuple[int, str]:
        caplog.set_level(1)
        printed = shop.loader("sync", *options)
        assert "asyncio" in {record.name for record in caplog.records}
        seen = [printed.output, caplog.text, *capfd.readouterr(), results(shop)]
        return printed.exit_code, "".join(seen)

    return here


def fired(shop: Shop) -> Counter[str]:
    """How often each kind of fault happened."""
    faults = shop.sandbox.control("GET", "/faults")["faults"]
    counted: Counter[str] = Counter()
    for one in faults:
        counted[one["kind"]] += one["fired"]
    return counted


def mark(shop: Shop, how: str, number: int) -> None:
    """Let Mailchimp think something of somebody."""
    who = f"zebedee{number}.quillfeather@xanthic.example.org"
    body = {"mark": how, "addresses": [who]}
    shop.sandbox.control("POST", f"/lists/{shop.list_id}/marks", body)


@pytest.mark.parametrize("options", [(), ("--log-format", "json", "--json")], ids=["text", "json"])
def test_nothing_is_told_while_mailchimp_misbehaves_in_every_way(
    shop: Shop, options: tuple[str, ...]
) -> None:
    mark(shop, "too_many_signups", 7)
    shop.sandbox.faults(*FAULTS)
    with begun(shop, *options, command=("sync",)) as running:
        assert running.meet(lambda: bool(shop.sandbox.requests()["writes"]))
        code, text = ended(running, shop)
    assert fired(shop) == dict.fromkeys((*REFUSING, *SPOILING, *MEANWHILE), 1)
    assert code == 4  # of some people no answer said a word
    assert told(text) == []


@pytest.mark.parametrize("kind", ["key_revoked", "list_deleted"])
def test_nothing_is_told_when_the_key_or_the_list_goes(
    shop: Shop, here: Callable[..., tuple[int, str]], kind: str
) -> None:
    shop.sandbox.faults({"kind": kind, "at": 2, **CONTACTS})
    code, text = here("--json")
    assert code == 3
    assert told(text) == []


@pytest.mark.parametrize(
    "damage",
    [
        "drop table loader_ledger cascade",
        "drop table loader_acks cascade",
        "drop table mailchimp_members cascade",
        pytest.param(
            "alter table loader_ledger alter acked_at type bigint using 0",
            marks=pytest.mark.duckdb_only("type of a column that a view reads"),
        ),
        "alter table loader_acks alter acked_at type bigint using 0",
        "alter table loader_acks alter email_address type integer using 0",
        # this one is noticed when Mailchimp has answered
        (
            "delete from loader_acks where outcome <> 'accepted';"
            "create unique index once on loader_acks (email_address, segment)"
        ),
    ],
)
def test_nothing_is_told_when_the_warehouse_is_damaged(
    shop: Shop, here: Callable[..., tuple[int, str]], damage: str
) -> None:
    shop.sql(damage)
    code, text = here()
    assert code == 3
    assert told(text) == []


@pytest.mark.parametrize("interrupts", [1, 2, 3])
def test_nothing_is_told_when_it_is_interrupted(shop: Shop, interrupts: int) -> None:
    held = Held(shop, rate=1.0)
    with begun(shop, command=("sync",)) as running:
        assert running.meet(lambda: held.writes() > 0)
        running.process.send_signal(signal.SIGINT)
        until(lambda: HEARD in running.output)
        for _ in range(interrupts - 1):
            running.process.send_signal(signal.SIGINT)
        if interrupts == 1:
            held.release()
        code, text = ended(running, shop)
    assert code == 4
    assert told(text) == []


def test_nothing_is_logged_when_mailchimp_is_silent_or_chokes(
    shop: Shop, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(1)
    mark(shop, "poison", 8)
    shop.sandbox.faults(*({"kind": "hang", "at": place, **CONTACTS} for place in (1, 3)))
    inside = Inside(shop.database, shop.sandbox)
    report = inside.sync(retry_policy=FakeTime().retry_policy(300.0, 0.5))
    assert fired(shop) == {"hang": 2}
    assert report.audiences[0].exit_code == 4
    assert told(caplog.text + "".join(capfd.readouterr())) == []
