"""Wait for a DuckDB file: one process opens it at a time, and one run in that process."""

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb

from loader.model.errors import WarehouseError, WarehouseLocked

Opened = TypeVar("Opened")


class _HeldHere(Exception):
    """Another run in this process has the file."""


class HeldFiles:
    """The files that runs of this process have open.

    DuckDB keeps other processes out, and lets the same process open a file as often as it likes:
    two runs side by side would send the same rows.
    """

    def __init__(self) -> None:
        self._paths: set[Path] = set()
        self._changing = threading.Lock()

    def take(self, path: Path) -> None:
        """Hold a file.

        Raises:
            _HeldHere: another run has it.
        """
        with self._changing:
            if path in self._paths:
                raise _HeldHere
            self._paths.add(path)

    def release(self, path: Path) -> None:
        """Hold a file no longer; one that is not held is no error."""
        with self._changing:
            self._paths.discard(path)


def wait_for(
    connect: Callable[[], Opened], path: Path, wait: float, tell: Callable[[str], None]
) -> Opened:
    """Open a file as soon as nobody else has it; most holders (dbt, a query) are gone in seconds.

    Args:
        connect: opens it.
        path: of the file.
        wait: seconds to wait at the most.
        tell: hears who holds it.

    Returns:
        What `connect` gives.

    Raises:
        WarehouseLocked: somebody else still holds it.
        WarehouseError: it is no DuckDB file.
        duckdb.Error: DuckDB does not take a setting.
    """
    end = time.monotonic() + wait
    told = ""
    while True:
        try:
            return connect()
        except (duckdb.IOException, _HeldHere) as error:
            holder = _holder(error, path)
            held = f"{path} is held by {holder}"
            if time.monotonic() >= end:
                raise WarehouseLocked(
                    f"{held}, still after {wait:g} s. Nothing was sent. Close it or wait: only one"
                    " of dbt, the loader and a database viewer can have a DuckDB file open."
                ) from error
            if held != told:
                tell(f"{held}. Waiting for at most {wait:g} s ...")
                told = held
            time.sleep(0.1)


def _holder(error: Exception, path: Path) -> str:
    """Who has the file.

    Raises:
        WarehouseError: nobody; it is no DuckDB file.
    """
    if isinstance(error, _HeldHere):
        return "another run in this process"
    if "Could not set lock" not in str(error):
        raise WarehouseError(
            f"{path} cannot be opened. Either it is not a DuckDB file of a version that this DuckDB"
            " reads, or you may not read and write it."
        ) from None
    holder = re.search(r"held in (.+?) \(PID (\d+)\)", str(error))
    return f"process {holder[2]} ({holder[1]})" if holder else "another process"
