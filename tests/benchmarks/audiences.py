"""What many audiences cost, on one list and on a list each, beside one that is as large as all.

Every audience selects 500 people, has a segment of its own and a field that all share; on one list
half of its people are in the next audience too. The loader runs as a process of its own against
the sandbox on the same machine. Prints a row a case: the seconds of each command, the peak memory
of the loader in the first sync, and its requests. "x" is the seconds of the plan and all syncs,
against those of one audience with as many rows, in the same run.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop
from tests.benchmarks.memory import run_loader

SIZES = (1, 10, 40, 100)
PEOPLE = 500
STEPS = ("dbt run", "plan", "first", "unchanged", "dbt again", "1 %")


class Case(NamedTuple):
    """So many audiences of so many people; each on a list of its own, or all on one."""

    audiences: int
    people: int
    is_apart: bool = False

    @property
    def name(self) -> str:
        """How the table calls it."""
        where = "list" if self.is_apart else "audience"
        return f"{self.audiences} {where}{'s' * (self.audiences > 1)} of {self.people:,}"


class Measured(NamedTuple):
    """The seconds of each step, the peak memory in megabytes, and the requests of the syncs."""

    seconds: dict[str, float]
    memory: float
    requests: tuple[int, ...]

    @property
    def loading(self) -> float:
        """The seconds that the loader took."""
        return sum(took for step, took in self.seconds.items() if "dbt" not in step)


def main() -> None:
    """Measure the sizes that are asked for, or all."""
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    print(
        f"{'case':<24}" + "".join(f"{step:>11}" for step in STEPS) + f"{'MB':>7}{'x':>6}  requests"
    )
    for size in sizes:
        alone = measure(Case(1, size * PEOPLE))
        tell(Case(1, size * PEOPLE), alone, alone)
        if size > 1:
            tell(Case(size, PEOPLE), measure(Case(size, PEOPLE)), alone)
    apart = Case(40, PEOPLE, is_apart=True)
    tell(apart, measure(apart), measure(Case(1, 40 * PEOPLE)))


def measure(case: Case) -> Measured:
    """One case, from a project without tables to a day on which one in a hundred has changed."""
    with (
        DbtProcess() as dbt,
        SandboxProcess("--allow-example-com") as sandbox,
        tempfile.TemporaryDirectory() as folder,
    ):
        return days(Shop(Path(folder), dbt, sandbox), case)


def days(shop: Shop, case: Case) -> Measured:
    """The steps of one case."""
    settle(shop, case)
    seconds: dict[str, float] = {}
    requests = []

    def step(name: str, do: Callable[[], float]) -> float:
        shop.forget_requests()
        began = time.monotonic()
        found = do()
        seconds[name] = time.monotonic() - began
        if "dbt" not in name:
            requests.append(int(shop.sandbox.requests()["total"]))
        return found

    def run_dbt() -> float:
        shop.dbt("run")
        return 0.0

    step("dbt run", run_dbt)
    step("plan", lambda: run_loader(shop, "plan", "--json"))
    peak = step("first", lambda: run_loader(shop, "sync", "--json"))
    step("unchanged", lambda: run_loader(shop, "sync", "--json"))
    shop.sql("update people set fname = 'Other' where hash(email_address) % 100 = 0")
    step("dbt again", run_dbt)
    step("1 %", lambda: run_loader(shop, "sync", "--json"))
    return Measured(seconds, peak, tuple(requests))


def settle(shop: Shop, case: Case) -> None:
    """The people, and the files of the audiences."""
    shift = case.people if case.audiences == 1 or case.is_apart else case.people // 2
    shop.sql(
        "create table people as select audience, 'p' || number || '@people.example.com' as"
        " email_address, 'Name ' || number as fname from (select audience, audience *"
        f" {shift} + place as number from range({case.audiences}) as a (audience),"
        f" range({case.people}) as p (place))"
    )
    for number in range(case.audiences):
        where = {"list_id": shop.sandbox.new_list()} if case.is_apart else {}
        shop.audience(
            f"audience_{number:03}",
            "select email_address, fname, true as marketing_consent"
            f" from main.people where audience = {number}",
            segment=f"Segment {number}",
            **where,
        )


def tell(case: Case, found: Measured, alone: Measured) -> None:
    """Print a row."""
    cells = "".join(f"{found.seconds[step]:>11.1f}" for step in STEPS)
    ratio = found.loading / alone.loading
    print(f"{case.name:<24}{cells}{found.memory:>7,.0f}{ratio:>6.1f}  {found.requests}", flush=True)


if __name__ == "__main__":
    main()
