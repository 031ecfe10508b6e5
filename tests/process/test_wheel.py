"""The built wheel, with the sources away: beside what it requires, and without dbt."""

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import Distribution, PathDistribution, distribution
from pathlib import Path
from typing import NamedTuple
from zipfile import Path as ZipPath
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import loader
from command_line import Environment, commands
from dbt_process import DbtProcess, write_profiles
from sandbox_process import SandboxProcess
from shop import Shop

ROOT = Path(__file__).parent.parent.parent
OF_PYTHON = ("PYTHON", "COVERAGE", "VIRTUAL_ENV")  # what would let a process find more than it has
NOTHING: Environment = {}
PARTS = ("macros", "models", "tests")  # of the dbt package
PEOPLE = (
    "select 'person' || range || '@people.example.com' as email_address,"
    " true as marketing_consent from generate_series(0, 2) as numbers(range)"
)


class Installed(NamedTuple):
    """An environment, and a folder that is empty but for what commands leave there."""

    programs: Path
    folder: Path

    def start(
        self, *words: str, folder: Path | None = None, environment: Environment = NOTHING
    ) -> subprocess.Popen[str]:
        """Begin a program that was installed; it finds nothing of the environment of this test."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_PYTHON)}
        given = {name: value for name, value in environment.items() if value is not None}
        program, *arguments = words
        return subprocess.Popen(
            [self.programs / program, *arguments],
            cwd=folder or self.folder,
            env=kept | given,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(
        self,
        *words: str,
        typed: str = "",
        folder: Path | None = None,
        environment: Environment = NOTHING,
    ) -> str:
        """Run a program, which must go well; what it printed."""
        with self.start(*words, folder=folder, environment=environment) as process:
            printed, _ = process.communicate(typed)
        assert process.returncode == 0, (words, printed)
        return printed

    @contextmanager
    def sandbox(self) -> Iterator[Environment]:
        """A sandbox, and what tells the loader of it."""
        with self.start("loader", "sandbox", "--port", "0") as process:
            if process.stdout is None:
                raise AssertionError("a pipe was asked for")
            words = process.stdout.readline().split()
            try:
                yield {"MAILCHIMP_BASE_URL": words[1], "MAILCHIMP_API_KEY": words[3]}
            finally:
                process.terminate()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, as an installation from this repository builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*build, folder], cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel and what it requires, linked from where the tests run: no index is asked."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    paths = sysconfig.get_paths("venv", {"base": str(folder), "platbase": str(folder)})
    pip = [sys.executable, "-m", "pip", "--python", f"{paths['scripts']}/python", "install"]
    options = ("--no-deps", "--no-index", "--quiet", "--disable-pip-version-check")
    subprocess.run([*pip, *options, wheel], check=True)
    for one in required(metadata_of(wheel)).values():
        for name in {path.parts[0] for path in one.files or ()} - {"..", "__pycache__"}:
            Path(paths["purelib"], name).symlink_to(str(one.locate_file(name)))
    return Installed(Path(paths["scripts"]), tmp_path_factory.mktemp("elsewhere"))


def metadata_of(wheel: Path) -> Distribution:
    """What a wheel says of itself."""
    (info,) = (one for one in ZipPath(wheel).iterdir() if one.name.endswith(".dist-info"))
    return PathDistribution(info)


def requirements(found: Distribution, extras: set[str]) -> list[Requirement]:
    """What a distribution requires here, with some of its extras."""
    every = [Requirement(line) for line in found.requires or ()]
    chosen = [{"extra": extra} for extra in extras or {""}]
    return [one for one in every if one.marker is None or any(map(one.marker.evaluate, chosen))]


def required(top: Distribution, *extras: str) -> dict[str, Distribution]:
    """All that an installation brings beside the distribution itself, by name."""
    found: dict[str, Distribution] = {}
    waiting = requirements(top, set(extras))
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name not in found:
            found[name] = distribution(name)
            waiting += requirements(found[name], one.extras)
    return found


def statuses(shop: Shop) -> list[str]:
    return sorted(one["status"] for one in shop.members().values())


def of_dbt(found: dict[str, Distribution]) -> set[str]:
    return {name for name in found if name.startswith("dbt")}


def test_dbt_comes_with_the_extra_of_its_name_and_not_without(wheel: Path) -> None:
    metadata = metadata_of(wheel)
    assert of_dbt(required(metadata)) == set()
    assert of_dbt(required(metadata, "dbt")) >= {"dbt-core", "dbt-duckdb"}


def test_the_wheel_has_every_file_of_the_loader_and_no_other(wheel: Path) -> None:
    sources = [path for path in (ROOT / "loader").rglob("*") if path.is_file()]
    expected = {path.relative_to(ROOT).as_posix() for path in sources if path.suffix != ".pyc"}
    package = ROOT / "dbt_project"  # without the sample shop
    parts = [path for part in PARTS for path in (package / part).rglob("*") if path.is_file()]
    parts.append(package / "dbt_project.yml")
    expected |= {f"loader/dbt_package/{path.relative_to(package).as_posix()}" for path in parts}
    names = set(ZipFile(wheel).namelist())
    assert {name for name in names if ".dist-info/" not in name} == expected
    assert {"loader/py.typed", "loader/dbt_package/models/sources/_sources.yml"} <= names


def test_the_installed_loader_is_the_wheel_and_finds_no_dbt(
    wheel: Path, installed: Installed
) -> None:
    program = (
        "import loader, importlib.util as util;"
        "print(loader.__file__, util.find_spec('dbt'), util.find_spec('pytest'))"
    )
    file, *others = installed.run("python", "-c", program).split()
    assert Path(file).is_relative_to(installed.programs.parent)
    assert others == ["None", "None"]
    assert metadata_of(wheel).version == loader.__version__
    assert installed.run("loader", "--version") == f"loader, version {loader.__version__}\n"


def test_a_loader_from_the_wheel_asks_a_sandbox_from_the_wheel(
    installed: Installed, tmp_path: Path
) -> None:
    with installed.sandbox() as environment:
        printed = installed.run("loader", "lists", folder=tmp_path, environment=environment)
    assert "f00dcafe01" in printed


def test_a_loader_from_the_wheel_brings_its_dbt_package_into_a_project(
    installed: Installed, tmp_path: Path
) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: shop\n")
    installed.run("loader", "init", "--yes", "--package-only", folder=tmp_path)
    copy, package = tmp_path / "dbt_packages_local/dbt_mailchimp", ROOT / "dbt_project"
    files = [path for path in copy.rglob("*") if path.is_file()]
    assert len(files) > 50
    for path in files:
        assert path.read_text() == (package / path.relative_to(copy)).read_text()


def test_every_command_works_on_a_warehouse_that_dbt_left_where_dbt_is_not(
    installed: Installed, tmp_path: Path, dbt: DbtProcess, sandbox: SandboxProcess
) -> None:
    shop = Shop(tmp_path, dbt, sandbox)
    shop.audience("readers", PEOPLE, segment="Readers", on_leave="archive")
    shop.audience("buyers", f"{PEOPLE} limit 1", segment="Buyers")
    shop.dbt("run")

    def works(command: str, *arguments: str, typed: str = "") -> None:
        words = ("loader", command, *arguments)
        installed.run(*words, typed=typed, folder=shop.folder, environment=shop.environment)
        left.remove(command)

    left = set(commands()) - {"sandbox"}
    works("init", "--yes", "--package-only")
    for command in ("check", "plan", "sync", "ls", "lists", "runs", "rejections", "pull", "verify"):
        works(command)
    assert statuses(shop) == ["subscribed"] * 3
    works("explain", typed="person1@people.example.com\n")
    works("pause", "readers", "--reason", "a try")
    works("resume", "readers")
    other = {**shop.database.output, "path": "other.duckdb"}
    write_profiles(shop.folder, local=shop.database.output, other=other)
    shop.dbt("run", "--target", "other")
    works("copy", "--from", "local", "--target", "other")
    shop.remove("readers")
    shop.dbt("run")
    works("retire", "readers", "--allow-leaves")
    assert statuses(shop) == ["archived", "archived", "subscribed"]
    works("forget", typed="person2@people.example.com\n")
    assert left == set()
