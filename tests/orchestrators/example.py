"""A file for an orchestrator beside a shop, with its real package in an environment of its own."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from generate_orchestrators import EXAMPLES

from command_line import Environment, Printed
from shop import Shop

ROOT = Path(__file__).parent.parent.parent
OF_PYTHON = ("PYTHON", "COVERAGE", "VIRTUAL_ENV")  # what would let a process find more than it has
PROFILES = """
shop:
  target: prod
  outputs:
    prod: {{type: duckdb, path: '{file}', schema: main, threads: 1}}
"""
PEOPLE = """
select 'person' || range || '@people.example.com' as email_address, range < 3 as marketing_consent
from range(4)
"""
VIP = "select 'vip@people.example.com' as email_address, true as marketing_consent"
NOTHING: Environment = {}


def environment_of(name: str, packages: Iterable[str], *, is_bare: bool = False) -> Path:
    """The programs of an environment with these packages, and with dbt and the loader if not bare.

    It is made where it is missing, has others, or is older than what the loader requires.
    """
    folder = ROOT / "target/orchestrators" / name
    tested = (ROOT / ".ci/constraints.txt").read_text()
    dbt = re.findall(r"^dbt-(?:core|duckdb)==.+$", tested, flags=re.MULTILINE)
    wanted = [*packages, *(() if is_bare else (*dbt, "--editable", str(ROOT)))]
    if not is_made(folder / "made.txt", wanted):
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        options = ["--quiet", "--only-binary", ":all:"]
        subprocess.run([folder / "bin/pip", "install", *options, *wanted], check=True)
        (folder / "made.txt").write_text("\n".join(wanted))
    return folder / "bin"


def is_made(file: Path, wanted: list[str]) -> bool:
    """Whether an environment has what is wanted now."""
    required = ROOT / "pyproject.toml"
    return (
        file.exists()
        and file.read_text() == "\n".join(wanted)
        and file.stat().st_mtime > required.stat().st_mtime
    )


class Example:
    """A shop with two audiences, and programs that find its project, its key and each other."""

    def __init__(self, shop: Shop, programs: Path) -> None:
        self.shop = shop
        self.programs = programs
        self.key = shop.sandbox.key
        file = shop.folder / "shop.duckdb"
        (shop.folder / "profiles.yml").write_text(PROFILES.format(file=file))
        shop.audience("newsletter", PEOPLE, segment="Readers")
        shop.audience("vips", VIP)

    def copy(self, name: str, folder: Path) -> Path:
        """Copy a file of the documentation, as a reader does."""
        folder.mkdir(exist_ok=True, parents=True)
        return Path(shutil.copy(EXAMPLES / name, folder))

    def run(
        self, *words: str, folder: Path | None = None, environment: Environment = NOTHING
    ) -> Printed:
        """Run a program of the environment; the key comes from what the test says alone."""
        program, *arguments = words
        ended = subprocess.run(
            [shutil.which(program, path=self.path) or program, *arguments],
            cwd=folder or self.shop.folder,
            env=self.environment(environment),
            capture_output=True,
            text=True,
            check=False,
        )
        return Printed(ended.returncode, ended.stdout, ended.stderr)

    def environment(self, more: Environment) -> dict[str, str]:
        """What a program finds: its own folder first, and the project."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_PYTHON)}
        given = {
            "PATH": self.path,
            "DBT_PROJECT_DIR": str(self.shop.folder),
            "DBT_PROFILES_DIR": str(self.shop.folder),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DO_NOT_TRACK": "1",
            "MAILCHIMP_BASE_URL": self.shop.sandbox.url,
            **more,
        }
        return kept | {name: value for name, value in given.items() if value is not None}

    @property
    def path(self) -> str:
        """Where programs are: those of the environment, and of the machine."""
        return f"{self.programs}:/usr/local/bin:/usr/bin:/bin"

    def arrived(self) -> set[str]:
        """The addresses that Mailchimp has, without their domain."""
        return {address.partition("@")[0] for address in self.shop.members()}


ALL_ARRIVED = {"person0", "person1", "person2", "vip"}  # the fourth person did not consent
