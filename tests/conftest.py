"""What tests share: the real dbt, a sandbox in a process of its own, and shops between them.

The folders here are layers, from rules that take milliseconds to processes that are killed; at the
end a run says what each layer took, beside the same of the run before it on another warehouse where
COUNTS names the folder in which both note it.
"""

import json
import math
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import draws
from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop
from warehouses.chosen import DUCKDB, WAREHOUSES, chosen
from warehouses.database import Databases
from warehouses.databases import chosen_databases

ROOT = Path(__file__).parent
# what needs packages of its own, for which a target of the Makefile has the same name
ASKED_FOR = ("orchestrators", "ducklake")
LAYERS = ("rules", "unit", "integration", "package", "process", "hostile", *ASKED_FOR)

# what `make test` runs on PostgreSQL, too: an example of each kind
EVERYWHERE = (
    "tests/rules/",
    "tests/integration/test_member_status.py",
    "tests/package/plan/test_plan_equals_sync.py",
    "tests/package/pull/test_pull.py",
    "tests/package/sync/test_sync_of_people.py",
    "tests/package/verify/test_verify.py",
    "tests/hostile/faults/test_every_fault.py",
    "tests/hostile/laws/",
    "tests/hostile/resilience/test_flush_interval.py",
    "tests/hostile/resilience/test_lost_commits.py",
)
# what only `make soak` runs, and a quicker test that shows the same kind
STAND_IN = {
    "tests/package/explain/test_audiences_at_rest.py": "package/explain/test_every_state.py",
    "tests/package/notices/test_a_month.py": "package/notices/test_what_is_told.py",
    "tests/package/retire/test_left_behind.py": "package/retire/test_retire.py",
}
# where `make test` runs this share of the tests of a file, and of many parameters these few: they
# are drawn with the seed of the run, so that each run tries others, and a soak tries all
DRAWN, SHARE, FEW = ("tests/package/", "tests/process/", "tests/hostile/"), 0.5, 2
LAWS = "tests/hostile/laws/"  # all of them, always

# before the reason of a test that another warehouse has no like of
ABOUT_DUCKDB = "about DuckDB: "
COUNTS = "COUNTS"  # a variable of the environment

Counts = dict[str, tuple[int, float]]  # by layer, its tests, and the seconds that they took

# no test asserts a wall time
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    with chosen_databases() as them:
        yield them


@pytest.fixture(scope="session")
def dbt(databases: Databases) -> Iterator[DbtProcess]:
    with DbtProcess(databases) as process:
        yield process


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess("--allow-example-com") as process:
        yield process


@pytest.fixture
def shop(tmp_path: Path, dbt: DbtProcess, sandbox: SandboxProcess) -> Shop:
    return Shop(tmp_path, dbt, sandbox)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out a layer that is run only when it is named."""
    name = collection_path.name
    is_left_out = (
        collection_path.parent == ROOT
        and name in ASKED_FOR
        and not any(name in argument for argument in config.args)
    )
    return True if is_left_out else None


def pytest_configure() -> None:
    draws.record_skipped()


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses by the marks that are given here
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the layer whose files take longest, so that no worker has one of them alone.

    Elsewhere than on DuckDB what is about DuckDB itself is skipped, with its reason.
    """
    items.sort(key=lambda item: -LAYERS.index(item.nodeid.split("/")[1]))
    for item in (item for item in items if item.nodeid.startswith(EVERYWHERE)):
        item.add_marker(pytest.mark.every_warehouse)
    for item in left_for_a_soak(items):
        item.add_marker(pytest.mark.soak)
    for item in items:
        about = item.get_closest_marker("duckdb_only")
        if about and chosen() != DUCKDB:
            (why,) = about.args
            item.add_marker(pytest.mark.skip(reason=ABOUT_DUCKDB + why))


def left_for_a_soak(items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
    """What is slow and has a quicker one of its kind, and of many parameters all but a few."""
    files: defaultdict[str, defaultdict[str, list[pytest.Item]]]
    files = defaultdict(lambda: defaultdict(list))
    for item in items:
        if item.nodeid.startswith(tuple(STAND_IN)):
            yield item
        elif item.nodeid.startswith(DRAWN) and not item.nodeid.startswith(LAWS):
            test = item.nodeid.partition("[")[0]
            files[test.partition("::")[0]][test].append(item)
    for tests in files.values():
        chosen_tests = draws.some_of(list(tests), math.ceil(len(tests) * SHARE))
        for test, each in tests.items():
            few = draws.some_of([one.nodeid for one in each], FEW if test in chosen_tests else 0)
            yield from (one for one in each if one.nodeid not in few)


def pytest_report_header() -> str:
    return f"on {chosen()}, {draws.described()}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What each layer took, over all workers, on each warehouse, and with which seeds."""
    stats = terminalreporter.stats
    reports = [one for each in stats.values() for one in each if isinstance(one, pytest.TestReport)]
    terminalreporter.section("layers")
    for line in (*side_by_side(noted(chosen(), counted(reports))), *about_duckdb(reports)):
        terminalreporter.write_line(line)
    terminalreporter.write_line(draws.described())


def counted(reports: Iterable[pytest.TestReport]) -> Counts:
    """What each layer took, over all workers."""
    tests: Counter[str] = Counter()
    seconds: defaultdict[str, float] = defaultdict(float)
    for report in reports:
        layer = report.nodeid.removeprefix("tests/").partition("/")[0]
        seconds[layer] += report.duration
        tests[layer] += report.when == "call"
    return {layer: (tests[layer], seconds[layer]) for layer in LAYERS if tests[layer]}


def noted(warehouse: str, counts: Counts) -> dict[str, Counts]:
    """The counts of this run and of those before it that were noted in the same folder."""
    found = {warehouse: counts}
    if os.environ.get(COUNTS):
        folder = Path(os.environ[COUNTS])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{warehouse}.json").write_text(json.dumps(counts))
        found |= {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}
    return {name: found[name] for name in WAREHOUSES if name in found}


def side_by_side(counts: dict[str, Counts]) -> Iterator[str]:
    """A line for each layer, and one for all."""
    yield f"{'':12}" + "".join(f"{name:>32}" for name in counts)
    whole = {
        name: [sum(column) for column in zip(*of.values(), strict=True)]
        for name, of in counts.items()
    }
    for layer in (*LAYERS, "all"):
        each = [whole[name] if layer == "all" else of.get(layer) for name, of in counts.items()]
        if any(each):
            yield f"{layer:12}" + "".join(_took(*one) if one else f"{'':32}" for one in each)


def _took(tests: int, seconds: float) -> str:
    return f"{tests:8,} tests {seconds:8,.1f} worker s"


def about_duckdb(reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """How many tests were left out because they are about DuckDB itself, and about what of it."""
    reasons: Counter[str] = Counter()
    for report in reports:
        if report.skipped and isinstance(report.longrepr, tuple):
            _, is_ours, why = report.longrepr[2].partition(ABOUT_DUCKDB)
            reasons[why] += bool(is_ours)
    about = ", ".join(f"{why} {count}" for why, count in sorted(reasons.items()) if count)
    if about:
        yield f"left out, about DuckDB itself: {reasons.total()} ({about})"
