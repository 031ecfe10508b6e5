"""The fault schedule: which faults are in force, and which of them a request meets. Pure."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from loader.sandbox.faults.fault import CHANGE_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loader.sandbox.faults.fault import Fault


@dataclass(slots=True)
class ScheduledFault:
    """A fault in force: how many requests it could have met, and how many it did."""

    fault: Fault
    seen: int = 0
    fired: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DueFaults:
    """What happens to one request: any number of changes, at most one response fault."""

    changes: list[ScheduledFault]
    response: ScheduledFault | None


class FaultSchedule:
    """The faults in force, and one seeded source of chance for all of them.

    Attributes:
        ended: set when they are in force no more; nobody waits for a slow answer then.
    """

    def __init__(self, faults: Iterable[Fault] = (), seed: int = 0) -> None:
        self._scheduled = [ScheduledFault(fault) for fault in faults]
        self._seed = seed
        self._chance = Random(seed)  # noqa: S311 - a rehearsal has to be repeatable
        self.ended = asyncio.Event()

    def due(self, method: str, path: str) -> DueFaults:
        """Draw for a request, fault by fault; after the first response fault for none other."""
        changes: list[ScheduledFault] = []
        response: ScheduledFault | None = None
        for scheduled in self._scheduled:
            if not scheduled.fault.matches(method, path):
                continue
            scheduled.seen += 1
            if scheduled.fault.kind in CHANGE_KINDS:
                changes += [scheduled] * self._is_due(scheduled)
            elif response is None and self._is_due(scheduled):
                response = scheduled
        return DueFaults(changes=changes, response=response)

    def document(self) -> dict[str, object]:
        """Return the faults with how often each happened."""
        faults = [
            scheduled.fault.document() | {"fired": scheduled.fired} for scheduled in self._scheduled
        ]
        return {"seed": self._seed, "faults": faults}

    def _is_due(self, scheduled: ScheduledFault) -> bool:
        if scheduled.fault.rate is None:
            return scheduled.seen == scheduled.fault.at
        return self._chance.random() < scheduled.fault.rate
