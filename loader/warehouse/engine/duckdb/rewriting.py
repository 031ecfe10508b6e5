"""Put a database file in the place of an old one, so that nothing of the old one can be read."""

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loader.model.errors import WarehouseError
from loader.model.wording import counted

SUFFIX = ".rewrite"
SPILLED = "duckdb_temp_"  # how DuckDB begins the names of what it spills to disk


def make_room(path: Path) -> Path:
    """A folder beside a file, for its owner alone, in which the new file is written.

    What a rewrite that was killed has left goes. Nobody else may hold the database.

    Raises:
        WarehouseError: the file could not be replaced by one like it; nothing was changed.
    """
    with _told(f"{path} cannot be rewritten. Nothing was erased."):
        for left in _left_by_rewrites(path):
            shutil.rmtree(left)
        about = path.stat()
        if about.st_nlink > 1:
            raise WarehouseError(
                f"{path} has {counted(about.st_nlink, 'name')} (hard links), and would stay"
                " readable under the others. Nothing was erased. Remove those, or use symbolic"
                " links."
            )
        room = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=SUFFIX, dir=path.parent))
    try:
        with _told(f"{path} cannot be rewritten. Nothing was erased."):
            _take_over(path, _touch(room / "trial"))
    except BaseException:
        shutil.rmtree(room, ignore_errors=True)
        raise
    return room


def put_in_place(fresh: Path, path: Path) -> None:
    """Replace a file by another one, which gets its owner and its mode.

    What was committed is in the file by now, so a log of it goes too.

    Raises:
        WarehouseError: the file could not be replaced.
    """
    with _told(f"The rows were erased, but {path} could not be rewritten. Run again."):
        _take_over(path, fresh)
        for log in (f"{path.name}.wal", f"{path.name}.wal.checkpoint"):
            path.with_name(log).unlink(missing_ok=True)
        fresh.replace(path)


def remove_spilled(path: Path) -> None:
    """Remove what processes that were killed have spilled to disk beside a file.

    Raises:
        WarehouseError: it could not be removed.
    """
    folder = path.with_name(f"{path.name}.tmp")
    with _told(f"{folder} still has what DuckDB spilled to disk. Remove it."):
        if folder.is_dir():
            for file in folder.iterdir():
                if file.name.startswith(SPILLED):
                    file.unlink()
            if not folder.is_symlink() and not any(folder.iterdir()):
                folder.rmdir()


def _left_by_rewrites(path: Path) -> list[Path]:
    """The folders of rewrites of this file; another file may have a name that is longer."""
    is_ours = re.compile(re.escape(f".{path.name}.") + "[a-z0-9_]{8}" + re.escape(SUFFIX))
    return [one for one in path.parent.iterdir() if is_ours.fullmatch(one.name) and one.is_dir()]


def _touch(path: Path) -> Path:
    path.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
    return path


def _take_over(old: Path, fresh: Path) -> None:
    """Give a new file the owner, group, mode and extended attributes of an old one."""
    about = old.stat()
    os.chown(fresh, about.st_uid, about.st_gid)
    shutil.copystat(old, fresh)
    os.utime(fresh)


@contextmanager
def _told(message: str) -> Iterator[None]:
    """Trouble with a file is said in words."""
    try:
        yield
    except OSError as error:
        raise WarehouseError(f"{message} ({error.strerror})") from error
