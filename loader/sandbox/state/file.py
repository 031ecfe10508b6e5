"""The file that keeps the state: it holds people, so its owner alone may read or replace it."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

OWNER_ALONE = 0o600
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite writes next to a database, with its mode


class StateRefused(Exception):
    """The file cannot be opened, or not be kept from others; the message says why."""


def private(state: Path) -> Path:
    """Make the file if it is not there, readable by its owner alone; return its full path.

    It has its mode before its first byte. A file that was open to others is closed to them.

    Args:
        state: where the user wants the file.

    Raises:
        StateRefused: it cannot be opened, it is a link, no file, or somebody else's, or anybody
            may write in its folder.
    """
    path = state.absolute()
    beside = [path.with_name(path.name + suffix) for suffix in BESIDE]
    try:
        folder = path.parent.stat()
        if folder.st_mode & stat.S_IWOTH or folder.st_uid not in {0, os.geteuid()}:
            raise StateRefused(f"others can write in {path.parent}; name a folder of your own")
        _shut(path, os.O_CREAT)
        for each in beside:
            if os.path.lexists(each):
                _shut(each)
    except OSError as error:
        raise StateRefused(error.strerror or str(error)) from error
    return path


def _shut(path: Path, more: int = 0) -> None:
    """Take a file from everybody but its owner."""
    if path.is_symlink():
        raise StateRefused(f"{path.name} is a link; name the file itself")
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | more
    opened = os.open(path, flags, OWNER_ALONE)
    try:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
            raise StateRefused(f"{path.name} is no file of yours; name another one")
        os.fchmod(opened, OWNER_ALONE)
    finally:
        os.close(opened)
