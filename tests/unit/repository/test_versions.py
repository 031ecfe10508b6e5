"""Versions: one number of ours, and ranges of others whose ends are known."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.version import Version

import loader
from command_line import inside

ROOT = Path(__file__).parent.parent.parent.parent


def test_loader_dbt_package_and_distribution_have_one_version(tmp_path: Path) -> None:
    project = yaml.safe_load((ROOT / "dbt_project" / "dbt_project.yml").read_text())
    macros = (ROOT / "dbt_project/macros/registry/migrations.sql").read_text()
    (stored,) = re.findall(r'package_version\(\) %\} \{\{ return\("(.+)"\) \}\}', macros)
    printed = inside(tmp_path, ("--version",), {}).out
    assert stored == project["version"] == version("dbt-mailchimp") == loader.__version__
    assert printed.endswith(f", version {loader.__version__}\n")


def test_the_lowest_versions_are_where_the_ranges_of_a_user_begin() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    ranges = tomllib.loads(text)["project"]
    wanted = [Requirement(line) for line in ranges["dependencies"]]
    wanted += [Requirement(line) for line in ranges["optional-dependencies"]["dbt"]]
    printed = subprocess.run(
        [sys.executable, ROOT / ".ci/lowest.py"], capture_output=True, text=True, check=True
    )
    lowest = dict(line.split("==") for line in printed.stdout.splitlines())
    assert {"duckdb", "dbt-core", "pytest"} <= set(lowest)
    assert [one for one in wanted if f">={lowest[one.name]}" not in str(one.specifier)] == []


def test_every_dependency_has_its_reason_beside_it() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    ranges = [line for line in lines if re.match(r'    "[\w\[\]-]+(>=[^"]*|\[\w+\])",', line)]
    assert len(ranges) > 25
    assert [line for line in ranges if not re.search(r",  # .{8,}$", line)] == []


def test_dbt_project_and_extra_ask_for_the_same_dbt() -> None:
    project = yaml.safe_load((ROOT / "dbt_project" / "dbt_project.yml").read_text())
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (core,) = (one for one in map(Requirement, extra["dbt"]) if one.name == "dbt-core")
    bounds = {Version(each.version) for each in core.specifier}
    assert {Version(each.strip("<>=")) for each in project["require-dbt-version"]} == bounds
