"""Many batches in flight, never more than Mailchimp allows; stop cleanly."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing, asynccontextmanager
from typing import Any, TypeVar

Taken = TypeVar("Taken")
Result = TypeVar("Result")
Made = TypeVar("Made")

GROWTH = 1.0  # connections gained a round of answers, far from the width last refused ...
GROWTH_NEAR = 0.1  # ... and within a connection of it


class AdaptiveLimiter:
    """How many requests may be in flight: at most `limit`, fewer while Mailchimp refuses.

    The connections are shared with every other integration of the user
    (https://mailchimp.com/developer/marketing/docs/fundamentals/#api-limits), and nothing says how
    many are free. So the width halves when a request is refused, once for all that were begun
    before, and grows back, slowly near the width that was refused.

    Args:
        limit: requests in flight, at the most.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.max_in_flight = 0
        self._allowed = float(limit)
        self._refused_at = float(limit) + 1.0
        self._busy = 0
        self._epoch = 0
        self._changed = asyncio.Condition()

    @property
    def allowed(self) -> int:
        """How many may be in flight now."""
        return int(self._allowed)

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator["Slot"]:
        """Wait for leave to have one more request in flight, and have it.

        Yields:
            The slot, which hears whether Mailchimp refused the request.
        """
        async with self._changed:
            await self._changed.wait_for(lambda: self._busy < self.allowed)
            self._busy += 1
            self.max_in_flight = max(self.max_in_flight, self._busy)
        slot = Slot()
        # whoever began before a refusal met the same crowd: ten refusals at once halve the width
        # once
        epoch = self._epoch
        try:
            yield slot
        finally:
            # without a lock: there is one thread, and no await between the two lines
            self._busy -= 1
            self._adjust(epoch, was_throttled=slot.was_throttled)
            async with self._changed:
                self._changed.notify_all()

    def _adjust(self, epoch: int, *, was_throttled: bool) -> None:
        if not was_throttled:
            is_near = self._allowed >= self._refused_at - 1.0
            # of each answer a part, so that a round of answers gains as much at any width
            gain = (GROWTH_NEAR if is_near else GROWTH) / self._allowed
            self._allowed = min(float(self.limit), self._allowed + gain)
        elif epoch == self._epoch:
            self._epoch += 1
            self._refused_at = self._allowed
            # at none nothing would be asked, and so nothing learnt
            self._allowed = max(1.0, self._allowed / 2.0)


class Slot:
    """One request in flight."""

    was_throttled = False

    def throttled(self) -> None:
        """Mailchimp allows fewer at the moment."""
        self.was_throttled = True


async def together(calls: Iterable[Awaitable[Any]]) -> list[Any]:
    """Do side by side what needs nothing of one another, and all of it.

    Args:
        calls: begun at once.

    Returns:
        What each gave, in their order.

    Raises:
        Exception: what the first of them raised, when the others are done.
    """
    # gather alone would raise at the first failure and leave the others running behind it
    return raise_first(await asyncio.gather(*calls, return_exceptions=True))


def raise_first(found: Iterable[Any]) -> list[Any]:
    """The results of what was done side by side, all of it.

    Args:
        found: results, and exceptions in the place of results.

    Raises:
        Exception: the first of them.
    """
    results = list(found)
    for one in results:
        if isinstance(one, BaseException):
            raise one
    return results


async def run_workers(
    source: AsyncIterator[Taken],
    *,
    handle: Callable[[Taken], AsyncGenerator[Result, None]],
    on_result: Callable[[Result], Awaitable[None]],
    workers: int,
    stopping: asyncio.Event,
) -> None:
    """Handle what comes from `source`, so many at a time, and pass on each result as it comes.

    Workers pull, so the source is read no faster than Mailchimp answers. When `stopping` is set, or
    one of them fails, no more is taken; what is in flight is waited for and passed on, and then the
    failure is raised.

    Args:
        source: what is to be handled.
        handle: one of them; it may give several results, and fail after some of them.
        on_result: takes a result.
        workers: how many are handled at a time.
        stopping: set when somebody asks for an end.

    Raises:
        Exception: the first failure.
    """
    # an async generator cannot be asked for two values at a time
    taking = asyncio.Lock()
    failures: list[Exception] = []

    async def take() -> Taken | None:
        async with taking:
            # what is in flight is finished, and nothing new is begun: every answer has to be
            # recorded
            return None if stopping.is_set() or failures else await anext(source, None)

    async def work() -> None:
        try:
            while (taken := await take()) is not None:
                async with aclosing(handle(taken)) as results:
                    async for result in results:
                        await on_result(result)
        except Exception as error:  # noqa: BLE001 - raised below, when the others are done
            failures.append(error)

    await asyncio.gather(*(work() for _ in range(workers)))
    if failures:
        raise failures[0]


class MakeOnce:
    """What is made on a list in one run: each thing once, whoever needs it."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], asyncio.Future[Any]] = {}

    async def once(self, kind: str, name: str, make: Callable[[], Awaitable[Made]]) -> Made:
        """Make a thing, unless somebody has begun to.

        Args:
            kind: of thing.
            name: of the thing, among those of its kind.
            make: makes it.

        Returns:
            What `make` gives; for who comes later the same, or the same error.
        """
        # two audiences that miss one tag would otherwise make two of it
        if (kind, name) not in self._made:
            self._made[kind, name] = asyncio.ensure_future(make())
        # whoever is cancelled must not cancel it for the others
        made: Made = await asyncio.shield(self._made[kind, name])
        return made
