"""The loader as a process that goes on beside a test, to be met at a moment, and killed there."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from sandbox_process import PATIENCE, SandboxProcess
from shop import Shop

POLL, POLL_MAILCHIMP = 0.01, 0.05  # seconds; the counts of 20,000 contacts are a long answer
PLANNED, ANSWERED, FINISHED = "planned", "answered", "finished"  # what a run says as it goes on
CONTACTS = {"method": "POST", "path": "/lists/{list_id}"}

Condition = Callable[[], bool]


def until(condition: Condition, poll: float = POLL) -> None:
    """Wait for something that has to come."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("what was waited for did not come")
        time.sleep(poll)


class Machine(Protocol):
    """Where a loader runs, beside a sandbox that stands for Mailchimp."""

    folder: Path
    sandbox: SandboxProcess


class Running:
    """A `loader sync` in a process of its own, and what it has said until now."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path) -> None:
        self.process = process
        self.pid = process.pid
        self.began = now()
        self._output = output

    @property
    def output(self) -> str:
        """What it printed, errors and report."""
        return self._output.read_text()

    def rows(self, kind: str) -> list[int]:
        """The rows of its events of a kind."""
        return [event.get("rows", 0) for event in self._events(kind)]

    def messages(self, kind: str) -> list[str]:
        """The messages of its events of a kind."""
        return [event["message"] for event in self._events(kind)]

    def _events(self, kind: str) -> list[dict[str, Any]]:
        lines = self.output.split("\n")[:-1]  # what follows the last line end is half a line
        events = (json.loads(one) for one in lines if one.startswith('{"time"'))
        return [event for event in events if event["event"] == kind]

    def spoke_at(self) -> int:
        """When it last printed something, by the clock of the file system."""
        return self._output.stat().st_mtime_ns

    def is_over(self) -> bool:
        """Whether the process has ended."""
        return self.process.poll() is not None

    def meet(self, moment: Condition, poll: float = POLL) -> bool:
        """Wait for a moment; False when the process ended before it came."""
        until(lambda: moment() or self.is_over(), poll)
        return not self.is_over()

    def meet_share(self, share: float) -> bool:
        """Wait until such a share of what was planned has been answered."""
        return self.meet(
            lambda: (
                bool(self.rows(PLANNED))
                and sum(self.rows(ANSWERED)) >= share * sum(self.rows(PLANNED))
            )
        )

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(timeout=PATIENCE)

    def ask_to_end(self, number: int = signal.SIGTERM) -> int:
        """Send it a signal, and wait; its exit code."""
        self.process.send_signal(number)
        return self.end()

    def end(self) -> int:
        """Wait until it has ended by itself; its exit code."""
        return self.process.wait(timeout=PATIENCE)


@contextmanager
def begun(
    shop: Machine,
    *options: str,
    first: Callable[[], None] | None = None,
    name: str = "loader",
    command: tuple[str, ...] = ("sync", "--log-format", "json"),
) -> Iterator[Running]:
    """A command that goes on beside the test; `first` is done in its process before it begins."""
    given = {"MAILCHIMP_API_KEY": shop.sandbox.key, "MAILCHIMP_BASE_URL": shop.sandbox.url}
    output = shop.folder / f"{name}_output.txt"
    with (
        output.open("wb") as file,
        subprocess.Popen(
            [sys.executable, "-m", "loader", *command, *options],
            cwd=shop.folder,
            env={**os.environ, **given},
            stdout=file,
            stderr=subprocess.STDOUT,
            preexec_fn=first,  # noqa: PLW1509 - a limit of that process alone
        ) as process,
    ):
        try:
            yield Running(process, output)
        finally:
            process.kill()


class Told:
    """What Mailchimp was told, run by run, however each of them ended."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self._sandbox = sandbox
        self.carried: Counter[str] = Counter()  # how often each contact was in a write
        self.moves: Counter[str] = Counter()
        self._begin()

    def forget(self) -> None:
        """Count anew from here."""
        self.carried.clear()
        self.moves.clear()
        self._begin()

    def requests(self) -> int:
        """How many there were since then."""
        return int(self._sandbox.requests()["total"])

    def end(self) -> Counter[str]:
        """How often each contact was carried since then, when everything on the way is done."""
        until(lambda: is_quiet(self._sandbox), POLL_MAILCHIMP)
        counted = self._sandbox.requests()
        carried: Counter[str] = Counter(counted["by_contact"])
        self.carried.update(carried)
        self.moves.update(counted["moves"])
        self._begin()
        return carried

    def _begin(self) -> None:
        self._sandbox.control("POST", "/requests/reset", {"by_contact": True})


def is_quiet(sandbox: SandboxProcess) -> bool:
    """Whether every request that arrived has been answered, if only into the void."""
    counted = sandbox.requests()
    return bool(sum(counted["by_status"].values()) == counted["total"])


def acknowledged(shop: Shop, since: datetime, before: datetime) -> Counter[str]:
    """How often each contact was acknowledged in the run that began between two moments."""
    rows = shop.query(
        "select email_address, count(*) as times from loader_acks join loader_runs using (run_id)"
        f" where started_at between '{since}' and '{before}' group by email_address"
    )
    return Counter({row["email_address"]: row["times"] for row in rows})


def now() -> datetime:
    """The clock of `loader_runs`."""
    return datetime.now(UTC).replace(tzinfo=None)


class Held:
    """A Mailchimp that has done what some requests ask, and answers when it is asked to.

    They are those that write batches of contacts, unless it is said which; None is any.
    """

    def __init__(self, shop: Machine, **which: object) -> None:
        self._sandbox = shop.sandbox
        named = {name: value for name, value in (CONTACTS | which).items() if value is not None}
        self._fault = {"kind": "slow", "seconds": PATIENCE, **named}
        self.hold()

    def hold(self) -> None:
        """Answer those that are held up, and hold up the next."""
        self._sandbox.faults(self._fault)

    def writes(self) -> int:
        """How many it holds up."""
        (fault,) = self._sandbox.control("GET", "/faults")["faults"]
        return int(fault["fired"])

    def release(self) -> None:
        """Answer them, and whatever comes."""
        self._sandbox.faults()
