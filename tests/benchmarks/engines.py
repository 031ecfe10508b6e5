"""PostgreSQL beside DuckDB: the days of one audience, and which statements grow with what.

For each warehouse and size: build it, send it, find nothing to do, change one contact in a hundred,
build and send that; with the peak memory of the loader. PostgreSQL is a server of its own on this
machine, with what the tests set. "x" is PostgreSQL against DuckDB, in the same run.

Then the same thousand contacts change in an audience of a size and in one of ten times that size,
and each statement of the sync is timed. A statement that grows with the change takes the same time
in both, "ratio" about 1; one that reads the whole ledger or the whole list takes ten times as long.
For the slowest of PostgreSQL the plan is printed, as `explain` says it.

    python tests/benchmarks/engines.py [SIZE ...]
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from dbt_process import DbtProcess
from in_process_loader import Inside
from laws.failing_warehouse import Disturbed
from loader.warehouse.base import Warehouse
from loader.warehouse.engine.postgres.dialect import POSTGRES as DIALECT
from loader.warehouse.engine.postgres.values import with_values
from loader.warehouse.sql_templates import Query, Statement, quoted_text, rendered
from sandbox_process import SandboxProcess
from shop import Shop
from tests.benchmarks.memory import run_loader
from warehouses.chosen import DUCKDB, POSTGRES, chosen
from warehouses.compared.both import EXPLAINED as EXPLAINING

COMPARED = (DUCKDB, POSTGRES)
SIZES = (100_000, 1_000_000)
GROWS = (20_000, 200_000)
CHANGED = 1_000
WIDE = 110  # of a line of a plan
SLOW = 0.02  # of the seconds of a sync: what is less is not shown
MAKING = r"^create temporary table \S+ as\s"
EXPLAINED = re.compile(r"\s*(select|with|insert|update|delete|merge)\b")
STEPS = ("dbt run", "deliver", "nothing to do", "dbt again", "1 % churn")
READERS = "select email_address, fname, plan, true as marketing_consent from people"

Row = dict[str, Any]


class Timed(Disturbed):
    """Knows how long each statement took."""

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__(warehouse, at=0, how="")
        self.seconds: dict[str, float] = defaultdict(float)
        self.plans: dict[str, list[str]] = {}

    async def stream(self, query: Query) -> AsyncIterator[pa.RecordBatch]:
        """Read: what is sent meanwhile counts too."""
        async for rows in super().stream(query):
            yield rows

    async def fetch(self, query: Query) -> list[Row]:
        """Ask, and note the time."""
        began = time.monotonic()
        found = await super().fetch(query)
        self._note(query, time.monotonic() - began)
        return found

    async def execute(self, *statements: Query) -> None:
        """Execute each by itself, and note the time."""
        async with self._warehouse.transaction():
            for one in statements:
                await self._explain(one)
                began = time.monotonic()
                await self._warehouse.execute(one)
                self._note(one, time.monotonic() - began)

    def _note(self, query: Query, seconds: float) -> None:
        name = query.name if isinstance(query, Statement) else "another"
        self.seconds[name] += seconds

    async def _explain(self, query: Query) -> None:
        """Keep how PostgreSQL will go about a statement."""
        if chosen() == POSTGRES and isinstance(query, Statement):
            text = re.sub(MAKING, "", with_values(rendered(query, DIALECT)))
            if EXPLAINED.match(text):
                asked = quoted_text(text)
                rows = await self._warehouse.fetch(f"select main.explained({asked}) as line")
                self.plans[query.name] = [row["line"] for row in rows]


def main() -> None:
    """Measure every warehouse in a process of its own, and print the tables."""
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    if "MEASURED" in os.environ:
        print(json.dumps({"days": [days(size) for size in sizes], "grown": grown()}))
        return
    found = {kind: in_process(kind, sizes) for kind in COMPARED}
    print(
        f"{'contacts':>10} {'warehouse':<10}" + "".join(f"{step:>15}" for step in STEPS) + "     MB"
    )
    for place, size in enumerate(sizes):
        base = found[DUCKDB]["days"][place]
        for kind in COMPARED:
            row = found[kind]["days"][place]
            cells = "".join(f"{row[step]:>9.1f}{row[step] / base[step]:>5.1f}x" for step in STEPS)
            print(f"{size:>10,} {kind:<10}{cells}{row['memory']:>7,.0f}", flush=True)
    for kind in COMPARED:
        tell_statements(kind, found[kind]["grown"])


def in_process(kind: str, sizes: tuple[int, ...]) -> dict[str, Any]:
    """What one warehouse takes."""
    ended = subprocess.run(
        [sys.executable, __file__, *map(str, sizes)],
        env=os.environ | {"WAREHOUSE": kind, "MEASURED": "yes"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    measured: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return measured


def days(size: int) -> Row:
    """The days of one audience."""
    with (
        DbtProcess() as dbt,
        SandboxProcess("--allow-example-com") as sandbox,
        tempfile.TemporaryDirectory() as folder,
    ):
        shop = Shop(Path(folder), dbt, sandbox)
        settle(shop, size)
        seconds, memory = {}, [0.0]

        def step(name: str, *command: str) -> None:
            began = time.monotonic()
            if command:
                memory.append(run_loader(shop, *command))
            else:
                shop.dbt("run")
            seconds[name] = time.monotonic() - began

        step("dbt run")
        step("deliver", "sync", "--json")
        step("nothing to do", "sync", "--json")
        change(shop, size // 100, size)
        step("dbt again")
        step("1 % churn", "sync", "--json", "--allow-leaves")
        return {**seconds, "memory": max(memory)}


def settle(shop: Shop, size: int) -> None:
    """The people, and the file of the audience."""
    shop.sql(
        "create table people as select n as number, 'p' || n || '@people.example.com' as"
        f" email_address, 'Name ' || n as fname, 'free' as plan from generate_series(1, {size}) as"
        " people (n)"
    )
    shop.audience("readers", READERS, segment="Readers", on_leave="unsubscribe")


def change(shop: Shop, many: int, size: int) -> None:
    """So many change: half get another plan, a quarter goes, and as many come."""
    half, three = many // 2, many * 3 // 4
    shop.sql(
        f"update people set plan = 'pro' where number <= {half}",
        f"delete from people where number > {half} and number <= {three}",
        "insert into people select n, 'new' || n || '@people.example.com', 'New', 'free' from"
        f" generate_series({size + 1}, {size + many - three}) as people (n)",
    )


def grown() -> dict[str, Any]:
    """What the statements take where as many change in an audience and in a larger one."""
    small, large = (timed(size) for size in GROWS)
    return {"small": small["seconds"], "large": large["seconds"], "plans": large["plans"]}


def timed(size: int) -> dict[str, Any]:
    """The seconds of each statement of a sync in which so many have changed."""
    with (
        DbtProcess() as dbt,
        SandboxProcess("--allow-example-com") as sandbox,
        tempfile.TemporaryDirectory() as folder,
    ):
        shop = Shop(Path(folder), dbt, sandbox)
        settle(shop, size)
        shop.dbt("run")
        run_loader(shop, "sync", "--json")
        change(shop, CHANGED, size)
        shop.dbt("run")
        if chosen() == POSTGRES:
            shop.sql(EXPLAINING)
        inside, wrapped = Inside(shop.database, sandbox), []

        def through(warehouse: Warehouse) -> Warehouse:
            wrapped.append(Timed(warehouse))
            return wrapped[0]

        inside.sync(through=through, allow_leaves=True)
        return {"seconds": wrapped[0].seconds, "plans": wrapped[0].plans}


def tell_statements(kind: str, grown: dict[str, Any]) -> None:
    """The statements that take longest, and how they grow."""
    small, large = grown["small"], grown["large"]
    whole = sum(large.values())
    print(
        f"\n{kind}: {CHANGED:,} changes in {GROWS[0]:,} and in {GROWS[1]:,} contacts:"
        f" {sum(small.values()):.2f} s and {whole:.2f} s of statements"
    )
    for name, seconds in sorted(large.items(), key=lambda one: -one[1]):
        if seconds >= SLOW * whole:
            ratio = seconds / max(small.get(name, 0.0), 0.001)
            print(f"  {name:<36}{small.get(name, 0.0):>8.3f}{seconds:>8.3f}   ratio {ratio:.1f}")
    slowest = max(grown["plans"], key=lambda name: large.get(name, 0.0), default=None)
    if slowest is not None:
        lines = (line[:WIDE] for line in grown["plans"][slowest])
        print(f"\n{slowest}, as PostgreSQL explains it:", *lines, sep="\n  ")


if __name__ == "__main__":
    main()
