"""One number: whoever reads a report, a request or a package learns the same version."""

from importlib.metadata import version
from pathlib import Path

import yaml

import loader
from command_line import inside

ROOT = Path(__file__).parent.parent.parent.parent


def test_loader_dbt_package_and_distribution_have_one_version(tmp_path: Path) -> None:
    project = yaml.safe_load((ROOT / "dbt_project" / "dbt_project.yml").read_text())
    printed = inside(tmp_path, ("--version",), {}).out
    assert project["version"] == version("dbt-mailchimp") == loader.__version__
    assert printed.endswith(f", version {loader.__version__}\n")
