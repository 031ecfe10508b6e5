"""The file of a sandbox holds people: its owner alone reads it, and it is no link."""

from __future__ import annotations

import os
import sqlite3
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

OWNER = stat.S_IRUSR | stat.S_IWUSR


def made_private(path: Path) -> Path:
    """Return the file, made where it is absent, with the mode 0600; SQLite gives it to its log.

    Raises:
        sqlite3.OperationalError: it is a link, no file, or somebody else's.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, OWNER)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise sqlite3.OperationalError("it is no file")
            os.fchmod(handle, OWNER)
        finally:
            os.close(handle)
    except OSError as error:
        said = "it is a link, which is not followed" if path.is_symlink() else error.strerror
        raise sqlite3.OperationalError(said) from error
    return path
