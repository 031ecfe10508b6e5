"""What is wrong, kept in a file while the warehouse cannot be asked or has no table for it."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from loader.files import write_private
from loader.model.trouble import Trouble
from loader.warehouse.records.notices import as_row, trouble_of

NAME = "loader_notices.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file beside what dbt and the loader write about their runs.

    Attributes:
        folder: `target` of the project.
    """

    folder: Path

    def read(self) -> list[Trouble]:
        """What is in it.

        Returns:
            The troubles; none where there is no such file, or it is not one of ours.
        """
        try:
            rows = orjson.loads((self.folder / NAME).read_bytes())
            return [trouble_of({**row, **_times(row)}) for row in rows]
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def keep(self, troubles: Iterable[Trouble]) -> None:
        """Write down what is wrong, in the place of what was.

        Args:
            troubles: after a run.

        Raises:
            OSError: the file cannot be written.
        """
        self.folder.mkdir(exist_ok=True)
        write_private(self.folder / NAME, orjson.dumps([as_row(one) for one in troubles]))

    def remove(self) -> None:
        """The warehouse has what was in it."""
        with suppress(OSError):
            (self.folder / NAME).unlink()


def _times(row: dict[str, str | None]) -> dict[str, datetime | None]:
    found = {name: row[name] for name in ("since", "told_at")}
    return {
        name: None if text is None else datetime.fromisoformat(text) for name, text in found.items()
    }
