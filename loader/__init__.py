"""Stream what a dbt audience owes Mailchimp, and write every answer back into the warehouse.

from loader import sync

report = sync(select=["newsletter"])
print(report.audiences[0].accepted)
"""

import importlib
from typing import TYPE_CHECKING

# Wheel, `--version`, User-Agent and reports read it here; dbt_project.yml can only repeat it.
__version__ = "0.1.0"
__all__ = ["LoaderError", "RunReport", "sync", "sync_async"]

if TYPE_CHECKING:
    from loader.api import LoaderError, RunReport, sync, sync_async


def __getattr__(name: str) -> object:
    """What the package offers, imported when it is asked for: a command line needs none of it."""
    if name in __all__:
        return getattr(importlib.import_module("loader.api"), name)
    raise AttributeError(f"module 'loader' has no attribute '{name}'")
