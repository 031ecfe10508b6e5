"""What tests share: the real dbt, a sandbox in a process of its own, and shops between them.

The folders here are layers, from rules that take milliseconds to processes that are killed; at the
end a run says what each layer took.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import draws
from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

ROOT = Path(__file__).parent
# what needs packages of its own, for which a target of the Makefile has the same name
ASKED_FOR = ("orchestrators", "ducklake")
LAYERS = ("rules", "unit", "integration", "package", "process", "hostile", *ASKED_FOR)

# no test asserts a wall time
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def dbt() -> Iterator[DbtProcess]:
    with DbtProcess() as process:
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the layer whose files take longest, so that no worker has one of them alone."""
    items.sort(key=lambda item: -LAYERS.index(item.nodeid.split("/")[1]))


def pytest_report_header() -> str:
    return draws.described()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What each layer took, over all workers, and with which seeds."""
    tests: Counter[str] = Counter()
    seconds: dict[str, float] = dict.fromkeys(LAYERS, 0.0)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                layer = report.nodeid.removeprefix("tests/").partition("/")[0]
                seconds[layer] = seconds.get(layer, 0.0) + report.duration
                tests[layer] += report.when == "call"
    terminalreporter.section("layers")
    for layer in LAYERS:
        if tests[layer]:
            line = f"{layer:12} {tests[layer]:5,} tests {seconds[layer]:8,.1f} worker seconds"
            terminalreporter.write_line(line)
    terminalreporter.write_line(draws.described())
