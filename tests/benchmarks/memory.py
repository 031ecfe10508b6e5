"""How much memory a sync takes, and how fast it is: 100,000 contacts beside 1,000,000.

The loader runs as a process of its own against the sandbox on the same machine. DuckDB is allowed
a fixed amount; what the loader takes beyond it must not depend on the number of contacts. Prints a
row a size; "beyond" is peak resident memory less what DuckDB is allowed.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cases.real_people_project import settle_people
from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

ALLOWED_MB = 512
SIZES = (100_000, 1_000_000)
# a process begins with the peak of the one that started it, so a small one stands between
BETWEEN = """
import resource, subprocess, sys
command = [sys.executable, "-m", "loader", *sys.argv[1:]]
quiet = subprocess.DEVNULL
code = subprocess.run(command, stdout=quiet, stderr=quiet).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


def main() -> None:
    """Sync each size onto an empty list and print what it took."""
    print(
        f"{'contacts':>10}{'accepted rows':>15}{'seconds':>9}{'rows/s':>9}{'calls':>7}"
        f"{'peak MB':>9}{'DuckDB may':>12}{'beyond':>8}"
    )
    for size in SIZES:
        with (
            DbtProcess() as dbt,
            SandboxProcess("--allow-example-com") as sandbox,
            tempfile.TemporaryDirectory() as folder,
        ):
            measure(Shop(Path(folder), dbt, sandbox), size)


def measure(shop: Shop, size: int) -> None:
    """One first sync."""
    settle_people(shop, size)
    allow(shop, ALLOWED_MB)
    shop.forget_requests()
    began = time.monotonic()
    peak = run_loader(shop, "sync", "--json")
    seconds = time.monotonic() - began
    (row,) = shop.query("select accepted from loader_runs")
    print(
        f"{size:>10,}{row['accepted']:>15,}{seconds:>9.1f}{row['accepted'] / seconds:>9,.0f}"
        f"{sum(shop.writes().values()):>7,}{peak:>9,.0f}{ALLOWED_MB:>12,}{peak - ALLOWED_MB:>8,.0f}"
    )


def allow(shop: Shop, megabytes: int) -> None:
    """Say in the profile how much memory DuckDB may take."""
    path = shop.folder / "profiles.yml"
    written, allowed = path.read_text(), f"settings: {{memory_limit: {megabytes}MB, "
    if "settings: {" not in written:
        raise AssertionError(written)
    path.write_text(written.replace("settings: {", allowed))


def run_loader(shop: Shop, *arguments: str) -> float:
    """Run a command of the loader as a process; its peak resident memory in megabytes."""
    given = {"MAILCHIMP_API_KEY": shop.sandbox.key, "MAILCHIMP_BASE_URL": shop.sandbox.url}
    ended = subprocess.run(
        [sys.executable, "-c", BETWEEN, *arguments],
        cwd=shop.folder,
        env=os.environ | given,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise AssertionError(f"the loader ended with {ended.returncode}")
    return int(ended.stdout) / 1024


if __name__ == "__main__":
    main()
