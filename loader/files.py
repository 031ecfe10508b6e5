"""Write a file in one step: whoever reads it meanwhile has the old one or the new one."""

import os
import stat
from contextlib import suppress
from pathlib import Path


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone can read, and follow no link.

    Args:
        path: of the file, which may be there.
        content: all of it.

    Raises:
        OSError: it could not be written; the file is as it was.
    """
    if path.is_symlink():
        raise OSError(0, "it is a link", str(path))
    _replace(path, content, stat.S_IRUSR | stat.S_IWUSR)


def write_project_file(path: Path, text: str) -> None:
    """Write a file of a project; its folder is made, and its mode stays.

    Args:
        path: of the file, which may be there, or be a link to it.
        text: all of it, with its line ends.

    Raises:
        OSError: it could not be written; the file is as it was.
    """
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else None
    _replace(path, text.encode(), 0o666)
    if mode is not None:
        path.chmod(mode)


def _replace(path: Path, content: bytes, mode: int) -> None:
    # os.urandom: nobody can put a file in the way of a name that they cannot guess
    fresh = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        fresh.replace(path)
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise
