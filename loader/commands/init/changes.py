"""What a command would do to files, and how it is shown before it is done. Pure."""

import difflib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A file as it is, and as it shall be.

    Attributes:
        path: from the folder of the project, with slashes.
        before: its text; None where there is no such file.
        after: its text; None where it goes.
    """

    path: str
    before: str | None
    after: str | None

    def diff(self) -> list[str]:
        """The change as a unified diff, a line each."""
        old, new = self.before or "", self.after or ""
        lines = difflib.unified_diff(
            old.splitlines(),
            new.splitlines(),
            f"a/{self.path}" if self.before is not None else "/dev/null",
            f"b/{self.path}" if self.after is not None else "/dev/null",
            lineterm="",
        )
        # of a file without a line there is no difference to see
        ends = "goes" if self.after is None else "is new"
        return list(lines) or [f"{self.path}: an empty file {ends}"]
