"""The table of the files for orchestrators, made of their heads. Cog calls this."""

import re
from pathlib import Path
from typing import NamedTuple

from generate import line, table

EXAMPLES = Path(__file__).parent.parent / "how-to" / "orchestrators"
HEAD = re.compile(
    r"(?P<orchestrator>[^:\n]+): (?P<meaning>.+?)\n\n"
    r"(?P<verdict>Run|Not run): (?P<how>.+?)\n(?:Install: (?P<install>.+?)\n)?\n",
    flags=re.DOTALL,
)


class Head(NamedTuple):
    """What a file says of itself.

    Attributes:
        orchestrator: whose file it is.
        is_run: whether it was run with the real orchestrator.
        how: when and by what; or why not.
        install: the packages that it was run with.
    """

    orchestrator: str
    is_run: bool
    how: str
    install: tuple[str, ...]


def examples() -> list[Path]:
    """The files that a reader copies."""
    return sorted(path for path in EXAMPLES.iterdir() if path.is_file())


def head_of(path: Path) -> Head:
    """Read the head of a file: its docstring, or the comment that it begins with.

    Args:
        path: of the file.

    Returns:
        What it says.

    Raises:
        ValueError: the head does not say whether the file was run.
    """
    lines = path.read_text().splitlines()
    found = HEAD.match("\n".join(re.sub(r'^(?:# ?|""")', "", one) for one in lines))
    if found is None:
        raise ValueError(f"{path.name}: the head says neither `Run: ...` nor `Not run: ...`")
    install = tuple((found["install"] or "").split())
    return Head(found["orchestrator"], found["verdict"] == "Run", line(found["how"]), install)


def orchestrators() -> str:
    """Each file, and whether it was run."""
    return table(
        ("orchestrator", "file", "run with", "run"),
        (
            (
                head.orchestrator,
                f"[{path.name}](orchestrators/{path.name})",
                ", ".join(one.replace("==", " ") for one in head.install),
                head.how if head.is_run else f"**not run**: {head.how}",
            )
            for path, head in ((path, head_of(path)) for path in examples())
        ),
    )
