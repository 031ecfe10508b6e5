"""Clocks that tests move: seconds, hours and days pass at once."""

import asyncio

from loader.model.settings import RetryPolicy


async def everything_settles() -> None:
    """Let every task go as far as it can without anything from outside."""
    for _ in range(100):
        await asyncio.sleep(0)


class FakeTime:
    """A clock that only a sleep moves: hours pass at once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.longest = 0.0

    def clock(self) -> float:
        """Seconds since the start."""
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds pass, and everybody else have a turn."""
        self.seconds += seconds
        self.longest = max(self.longest, seconds)
        await asyncio.sleep(0)

    def retry_policy(self, retry_seconds: float, answer_seconds: float = 5.0) -> RetryPolicy:
        """So much of it, by this clock; an answer is waited for in earnest."""
        return RetryPolicy(
            retry_seconds=retry_seconds,
            answer_seconds=answer_seconds,
            sleep=self.sleep,
            clock=self.clock,
        )


class FakeTick:
    """A clock that stands still until it is told that a second is over."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._over = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        """Wait until somebody says so."""
        self.asked.append(seconds)
        await self._over.wait()
        self._over.clear()

    async def tick(self) -> None:
        """Say that the second is over, and let happen what happens then."""
        self._over.set()
        await everything_settles()
