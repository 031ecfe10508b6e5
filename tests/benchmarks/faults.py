"""What becomes of 10,000 people while Mailchimp misbehaves, and how much of its width is used.

One row a fault: the first sync of an audience with a segment, onto an empty list, while the fault
meets a share of the write requests (or happens once). Of the lots that can be drawn the first is
taken in which the fault happens at all; `fired` says how often it did. Everybody is then looked up
on both sides: `confirmed` is the ledger's word, `stored` the sandbox's. `not sent` are people whom
a run that stopped did not come to and who are still owed; `lost` would be neither stored, nor
listed with a reason, nor owed, and `wrong` reported as accepted and not stored (of a list that was
deleted: never sent to it). Ends with 1 when either is more than nobody.

Below it: calls of one contact each through the connections that somebody else leaves free, beside
a run that is told how many are free.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from dbt_process import DbtProcess
from fault_runs import Account, FaultRuns, Template
from in_process_loader import Inside
from loader.model.mailchimp_facts import MAX_CONNECTIONS
from loader.model.settings import RetryPolicy
from loader.sandbox.faults.fault import RESPONSE_KINDS
from loader.text.audience_report import AudienceReport
from sandbox_process import SandboxProcess
from shop import Shop

PEOPLE = 10_000
WRITES = 40  # a call for 500 contacts, and one for their memberships
RATES = (0.01, 0.1, 0.5)
COLUMNS = ("wanted", "confirmed", "stored", "held", "rejected", "unknown", "not sent")
MORE = ("lost", "wrong", "requests", "retries", "exit", "fired")
CONTACTS = {"method": "POST", "path": "/lists/{list_id}"}
LEAVING, LATENCY = 300, 0.2
FREE, LEAST = 4, 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A way in which Mailchimp misbehaves.

    Attributes:
        poisoned: somebody whose every request fails.
        again: whether everything is sent once more, so that the fault meets people who are there.
    """

    name: str
    fault: dict[str, Any] | None = None
    taken: int = 0
    poisoned: str = ""
    again: bool = False


def rows() -> Iterator[Row]:
    """Every fault at every rate, and what happens once."""
    for kind in RESPONSE_KINDS:
        for rate in RATES:
            yield Row(name=f"{kind} {rate:.0%}", fault={"kind": kind, "rate": rate})
    yield Row(name="poison, 1 contact", poisoned="person123")
    yield Row(name="too_many_signups", fault={"kind": "too_many_signups", "at": 3, **CONTACTS})
    yield Row(
        name="person_unsubscribes", fault={"kind": "person_unsubscribes", "rate": 0.5}, again=True
    )
    yield Row(name="marketer_tags", fault={"kind": "marketer_tags", "rate": 0.5}, again=True)
    yield Row(name="list_deleted", fault={"kind": "list_deleted", "at": 30})
    yield Row(name="key_revoked", fault={"kind": "key_revoked", "at": 30})
    yield Row(name="6 of 10 taken, slow", fault={"kind": "slow", "rate": 1.0}, taken=6)


def main() -> int:
    """Print both tables; 1 when a law was broken."""
    with tempfile.TemporaryDirectory() as folder, DbtProcess() as dbt:
        broken = [*_faults(Path(folder) / "faults", dbt), *_width(Path(folder) / "width", dbt)]
    for line in broken:
        print(f"BROKEN {line}")
    return 1 if broken else 0


def _faults(folder: Path, dbt: DbtProcess) -> list[str]:
    folder.mkdir()
    print(f"{'fault':<22}" + "".join(f"{name:>10}" for name in (*COLUMNS, *MORE)))
    broken = []
    with SandboxProcess("--allow-example-com") as sandbox:
        template = Template(Shop(folder, dbt, sandbox), PEOPLE)
        for row in rows():
            runs = template.begin()
            report = _run(runs, row)
            account = runs.account()
            _show(row.name, report, account, _fired(runs))
            broken += [f"{row.name}: {what}" for what in account.faults(report)]
    return broken


def _run(runs: FaultRuns, row: Row) -> AudienceReport:
    """One run; before it an undisturbed one where the fault wants people who are there."""
    if row.again:
        runs.sync()
    if row.poisoned:
        runs.mark("poison", row.poisoned)
    runs.sandbox.control("PUT", "/connections", {"taken": row.taken})
    fault = row.fault or {}
    runs.sandbox.faults(*([fault] if fault else []), seed=_seed(fault.get("rate", 1.0)))
    return runs.sync(hangs=fault.get("kind") == "hang", historical_refresh=row.again)


def _seed(rate: float) -> int:
    """The first whose lots fall at least once, as the sandbox draws them."""

    def falls(seed: int) -> bool:
        chance = Random(seed)  # noqa: S311 - nobody is to be surprised
        return any(chance.random() < rate for _ in range(WRITES))

    return next(seed for seed in count() if falls(seed))


def _fired(runs: FaultRuns) -> int:
    return sum(one["fired"] for one in runs.sandbox.control("GET", "/faults")["faults"])


def _show(name: str, report: AudienceReport, account: Account, fired: int) -> None:
    numbers = [getattr(account, column.replace("not sent", "unsent")) for column in COLUMNS]
    numbers += [len(account.lost), len(account.unstored), report.requests, report.retries]
    numbers += [report.exit_code, fired]
    print(f"{name:<22}" + "".join(f"{number:>10,}" for number in numbers), flush=True)


def _width(folder: Path, dbt: DbtProcess) -> list[str]:
    """The same leaves twice: connections taken by somebody else, and as many not asked for."""
    folder.mkdir()
    print(f"\n{LEAVING} archives, {LATENCY:g} s a request{'seconds':>12}{'requests/s':>12}")
    with SandboxProcess("--allow-example-com", "--latency", f"{LATENCY:g}") as sandbox:
        shop = Shop(folder, dbt, sandbox)
        inside = _about_to_leave(shop, ("told", "shared"))
        told = _seconds(inside, "told", connections=FREE)
        sandbox.control("PUT", "/connections", {"taken": 10 - FREE})
        shared = _seconds(inside, "shared")
    for name, seconds in ((f"{FREE} connections, all free", told), ("6 of 10 taken", shared)):
        print(f"{name:<37}{seconds:>8.1f}{LEAVING / seconds:>12.1f}")
    print(
        f"6 of 10 taken: {told / shared:.0%} of what the {FREE} free ones allow (least {LEAST:.0%})"
    )
    return [] if told / shared >= LEAST else [f"width: {told / shared:.0%}"]


def _about_to_leave(shop: Shop, names: tuple[str, ...]) -> Inside:
    """Audiences whose people are all on a list of their own and not wanted any more."""
    shop.sql(
        "create table people as select 'person' || range || '@people.example.com' as email_address,"
        f" true as marketing_consent from range({LEAVING})"
    )
    for name in names:
        shop.audience(
            name, "select * from people", list_id=shop.sandbox.new_list(), on_leave="archive"
        )
    shop.dbt("run")
    inside = Inside(shop.database, shop.sandbox)
    inside.sync()
    shop.sql("delete from people")
    shop.dbt("run")
    return inside


def _seconds(inside: Inside, name: str, connections: int = MAX_CONNECTIONS) -> float:
    """How long the archives of one audience take, with a real clock."""
    began = time.monotonic()
    report = inside.sync(
        retry_policy=RetryPolicy(), select=(name,), allow_leaves=True, connections=connections
    )
    seconds = time.monotonic() - began
    if report.audiences[0].counts["archive", "accepted"] != LEAVING:
        raise AssertionError(report.audiences)
    return seconds


if __name__ == "__main__":
    sys.exit(main())
