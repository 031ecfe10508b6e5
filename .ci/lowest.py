"""Print, as constraints, the lowest versions that pyproject.toml allows of what a user installs.

Tools of the tests stay at the versions of constraints.txt. What a package brings along is not
named, so it is the newest that the package allows.
"""

import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent


def lowest(line: str) -> str:
    """`duckdb>=2,<3` begins at `duckdb==2`."""
    one = Requirement(line)
    (begin,) = (each.version for each in one.specifier if each.operator == ">=")
    return f"{one.name}=={begin}"


def main() -> None:
    """Write one line for each requirement, without those on the extras of the project itself."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    named = (*project["dependencies"], *extras["dbt"], *extras["notices"])
    lines = [lowest(line) for line in named]
    tools = {Requirement(line).name for line in extras["test"]}
    pins = (ROOT / ".ci" / "constraints.txt").read_text().splitlines()
    lines += [pin for pin in pins if pin.partition("==")[0] in tools]
    sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    main()
