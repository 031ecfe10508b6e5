"""Faults as they are asked for, and the lots that decide when one is due. Pure."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

RESPONSE_KINDS = (
    *("429", "429_empty", "403_empty", "500_json", "503_html", "503_edge"),
    *("reset_before", "reset_after", "hang", "truncated", "missing_rows", "slow"),
)
WORLD_KINDS = (
    *("list_deleted", "key_revoked", "person_unsubscribes", "marketer_tags"),
    *("poison", "too_many_signups", "campaign_deleted"),
)
KINDS = (*RESPONSE_KINDS, *WORLD_KINDS)
SLOW = "slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to misbehave, and for which requests."""

    kind: str
    rate: float | None = None  # either this share of the matching requests
    at: int | None = None  # or the one with this number, from 1
    method: str | None = None  # None is any
    path: str | None = None  # a route's template, None is any
    writes: bool = True  # only what is not a GET
    seconds: float = 0.05  # how late a slow answer is

    def matches(self, method: str, path: str) -> bool:
        """Tell whether a request is one that this fault may meet."""
        if self.writes and method == "GET":
            return False
        return self.method in {None, method} and self.path in {None, path}

    def document(self) -> dict[str, object]:
        """Return the fault as it is written: without what was not asked for."""
        optional = {"rate": self.rate, "at": self.at, "method": self.method, "path": self.path}
        given = {name: value for name, value in optional.items() if value is not None}
        late = {"seconds": self.seconds} if self.kind == SLOW else {}
        return {"kind": self.kind, **given, "writes": self.writes, **late}


@dataclass(slots=True)
class Armed:
    """A fault in force: how many requests it could have met, and how many it did."""

    fault: Fault
    seen: int = 0
    fired: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What happens to one request: any number of world faults, at most one response fault."""

    world: list[Armed]
    response: Armed | None


class Faults:
    """The faults in force, and one seeded source of chance for all of them.

    Attributes:
        over: set when they are in force no more; nobody waits for a slow answer then.
    """

    def __init__(self, faults: Iterable[Fault] = (), seed: int = 0) -> None:
        self._armed = [Armed(fault) for fault in faults]
        self._seed = seed
        self._chance = Random(seed)  # noqa: S311 - a rehearsal has to be repeatable
        self.over = asyncio.Event()

    def due(self, method: str, path: str) -> Due:
        """Draw for a request, fault by fault; after the first response fault for none other."""
        world: list[Armed] = []
        response: Armed | None = None
        for armed in self._armed:
            if not armed.fault.matches(method, path):
                continue
            armed.seen += 1
            if armed.fault.kind in WORLD_KINDS:
                world += [armed] * self._falls(armed)
            elif response is None and self._falls(armed):
                response = armed
        return Due(world=world, response=response)

    def document(self) -> dict[str, object]:
        """Return the faults with how often each happened."""
        faults = [armed.fault.document() | {"fired": armed.fired} for armed in self._armed]
        return {"seed": self._seed, "faults": faults}

    def _falls(self, armed: Armed) -> bool:
        if armed.fault.rate is None:
            return armed.seen == armed.fault.at
        return self._chance.random() < armed.fault.rate
