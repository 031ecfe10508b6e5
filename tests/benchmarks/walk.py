"""The walk of one row: every function of ours from `loader sync` to aiohttp, and to the ledger.

One contact is synced against the sandbox. Where the first write of contacts enters aiohttp, and
where its acknowledgement and the ledger are written, the functions that wait for it are printed,
across tasks.
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import aiohttp

from cases.real_people_project import settle_people
from dbt_process import DbtProcess
from loader.warehouse.engine.duckdb.warehouse import DuckDB
from sandbox_process import SandboxProcess
from shop import Shop

ROOT = Path(__file__).parent.parent.parent / "loader"


def main() -> None:
    """Sync one contact, and print its walk."""
    with (
        DbtProcess() as dbt,
        SandboxProcess("--allow-example-com") as sandbox,
        tempfile.TemporaryDirectory() as folder,
    ):
        shop = Shop(Path(folder), dbt, sandbox)
        settle_people(shop, 1)
        watch()
        shop.loader("sync")


def watch() -> None:
    """Print who waits, the first time that each of the doors is gone through."""
    parents: dict[asyncio.Task[Any], list[str]] = {}
    create = asyncio.base_events.BaseEventLoop.create_task

    def created(*given: Any, **named: Any) -> asyncio.Task[Any]:  # noqa: ANN401 - asyncio's own
        waiting = [*walk(sys._getframe(1), parents)]  # noqa: SLF001 - frames are the subject
        task: asyncio.Task[Any] = create(*given, **named)
        parents[task] = waiting
        return task

    asyncio.base_events.BaseEventLoop.create_task = created  # type: ignore[method-assign]
    at(aiohttp.ClientSession, "_request", parents, "to aiohttp", is_batch)
    at(DuckDB, "append", parents, "to the acknowledgements", lambda given: "acks" in given[1])
    at(DuckDB, "execute", parents, "to the ledger", is_of_answers)


def is_batch(given: tuple[Any, ...]) -> bool:
    """Whether a request writes contacts in bulk."""
    _, method, url = given
    return bool(method == "POST" and url.rpartition("/")[0].endswith("/lists"))


def is_of_answers(given: tuple[Any, ...]) -> bool:
    """Whether statements apply acknowledgements to the ledger."""
    return any("loader_ledger" in text and "loader_acks" in text for text in given[1:])


def at(
    owner: type,
    name: str,
    parents: dict[asyncio.Task[Any], list[str]],
    where: str,
    is_it: Callable[[tuple[Any, ...]], bool],
) -> None:
    """Print the walk to a method the first time that it is called as asked for."""
    method, seen = getattr(owner, name), list[bool]()

    async def told(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - the method's own
        if not seen and is_it(given):
            seen.append(True)
            found = [*walk(sys._getframe(1), parents)]  # noqa: SLF001 - frames are the subject
            lines = [f"{len(found)} functions {where}", *found]
            print(*lines, sep="\n  ", file=sys.__stdout__)
        return await method(*given, **named)

    setattr(owner, name, told)


def walk(frame: FrameType | None, parents: dict[asyncio.Task[Any], list[str]]) -> Iterator[str]:
    """Our functions from the outermost to a frame, with those that began its task before them."""
    found = []
    while frame is not None and frame.f_code.co_qualname != "Handle._run":  # a task began there
        path = Path(frame.f_code.co_filename)
        if ROOT in path.parents:
            module = path.relative_to(ROOT).with_suffix("").as_posix()
            found.append(f"{module}: {frame.f_code.co_qualname}")
        frame = frame.f_back
    try:
        task = asyncio.current_task()
    except RuntimeError:
        task = None
    yield from parents.get(task, []) if task is not None else []
    yield from reversed(found)


if __name__ == "__main__":
    main()
