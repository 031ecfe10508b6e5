"""The connections are shared with whoever else the user runs: what is free is used, no more."""

import asyncio
import json
import random
from asyncio import SelectorEventLoop
from collections.abc import Callable, Coroutine
from selectors import SelectorKey, SelectSelector
from typing import Any

import pytest

from fault_runs import FaultRuns
from loader.concurrency import AdaptiveLimiter
from loader.mailchimp.transport.client import FIRST_WAIT, LONGEST_REFUSED
from loader.sandbox.options import Options
from shop import Shop

ALL = Options().connections
REQUESTS = 1_000
ANSWER, REFUSAL = 1.0, 0.05  # simulated seconds


class SimulatedTime(SelectorEventLoop):
    """An event loop in which nobody waits: when all are asleep, it is at once later."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(_Jump(self))

    def time(self) -> float:
        return self.now


class _Jump(SelectSelector):
    def __init__(self, loop: SimulatedTime) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        self._loop.now += max(timeout or 0.0, 0.0)
        return super().select(0)


class Server:
    """Answers in a second, while so many of its connections are free; else refuses soon."""

    def __init__(self, free: int) -> None:
        self.free = free
        self.refused = 0
        self.in_flight = 0
        self.max_in_flight = 0

    async def takes(self) -> bool:
        """Whether a request was answered."""
        if self.in_flight >= self.free:
            self.refused += 1
            await asyncio.sleep(REFUSAL)
            return False
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        await asyncio.sleep(ANSWER)
        self.in_flight -= 1
        return True


async def deliver(width: AdaptiveLimiter, server: Server, requests: int) -> float:
    """Ask as the client does, by as many workers as the limit; how many are answered a second."""
    chance = random.Random(1)  # noqa: S311 - the same waits every time
    left = iter(range(requests))

    async def work() -> None:
        for _ in left:
            refusals = 0
            while not await ask():
                longest = min(LONGEST_REFUSED, FIRST_WAIT * 2**refusals)
                refusals += 1
                await asyncio.sleep(chance.uniform(0, longest))

    async def ask() -> bool:
        async with width.acquire() as turn:
            is_answered = await server.takes()
            if not is_answered:
                turn.throttled()
        return is_answered

    began = asyncio.get_running_loop().time()
    await asyncio.gather(*(work() for _ in range(width.limit)))
    return requests / (asyncio.get_running_loop().time() - began)


def simulated(run: Callable[[], Coroutine[Any, Any, float]]) -> float:
    """What a coroutine returns in simulated time."""
    loop = SimulatedTime()
    try:
        return loop.run_until_complete(run())
    finally:
        loop.close()


@pytest.mark.parametrize(("free", "share"), [(10, 0.9), (7, 0.8), (4, 0.8), (2, 0.8), (1, 0.8)])
def test_most_of_what_is_free_is_used(free: int, share: float) -> None:
    server = Server(free)
    rate = simulated(lambda: deliver(AdaptiveLimiter(ALL), server, REQUESTS))
    assert rate >= share * free
    assert server.refused <= 0.3 * REQUESTS


def test_when_the_others_go_away_all_connections_are_used_again() -> None:
    width, server = AdaptiveLimiter(ALL), Server(4)

    async def run() -> float:
        await deliver(width, server, REQUESTS // 2)
        assert server.max_in_flight == 4
        server.free = ALL
        return await deliver(width, server, REQUESTS // 2)

    assert simulated(run) >= 1.5 * 4
    assert server.max_in_flight == width.allowed == ALL


def test_when_others_come_less_is_asked_for() -> None:
    width, server = AdaptiveLimiter(ALL), Server(ALL)

    async def run() -> float:
        await deliver(width, server, REQUESTS // 2)
        server.free = 4
        return await deliver(width, server, REQUESTS // 2)

    assert simulated(run) >= 0.8 * 4


def test_everything_is_delivered_though_somebody_else_has_most_connections(
    runs: FaultRuns,
) -> None:
    runs.sandbox.faults({"kind": "slow", "rate": 1.0})  # so that requests meet at all
    runs.sandbox.control("PUT", "/connections", {"taken": 9})
    report = runs.sync()
    assert report.exit_code == 0
    assert runs.sandbox.requests()["by_status"].get("429", 0) > 0
    assert runs.is_exact()


def test_two_accounts_with_one_key_share_what_was_learnt_of_its_connections(shop: Shop) -> None:
    people = "select 'person' || range || '@people.example.com' as email_address, true as"
    shop.audience(
        "a_many",
        f"{people} marketing_consent from generate_series(0, 1499) as numbers(range)",
        segment="Many",
    )
    shop.audience(
        "b_one",
        f"{people} marketing_consent from generate_series(0, 0) as numbers(range)",
        account="other",
    )
    shop.dbt("run")
    key = shop.sandbox.key
    ended = shop.loader(
        *("sync", "--connections", "3"),
        MAILCHIMP_API_KEY_OTHER=key,
        MAILCHIMP_BASE_URL_OTHER=shop.sandbox.url,
    )
    assert ended.exit_code == 0
    report = json.loads((shop.folder / "target" / "loader_run_results.json").read_text())
    # one contact alone would never keep three connections busy
    assert [one["max_in_flight"] for one in report["audiences"]] == [3, 3]
