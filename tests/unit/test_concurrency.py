"""Many in flight, never more than allowed, and a clean end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_time import everything_settles
from fakes import FakeLedger, FakeMailchimp
from loader.concurrency import AdaptiveLimiter, run_workers
from loader.model.errors import Unavailable


class Numbers:
    """A source that counts how far it was read."""

    def __init__(self, count: int, *, breaks_at: int | None = None) -> None:
        self.read = 0
        self._count = count
        self._breaks_at = breaks_at

    async def __aiter__(self) -> AsyncIterator[int]:
        for number in range(self._count):
            if number == self._breaks_at:
                raise Unavailable("the source broke")
            self.read += 1
            yield number


async def streamed(
    source: Numbers,
    mailchimp: FakeMailchimp,
    *,
    workers: int = 3,
    stopping: asyncio.Event | None = None,
) -> list[int]:
    """Stream to the end, or to the failure; what was recorded."""
    ledger = FakeLedger()
    try:
        await run_workers(
            aiter(source),
            handle=mailchimp.send,
            on_result=ledger.record,
            workers=workers,
            stopping=stopping or asyncio.Event(),
        )
    except Unavailable as error:
        error.add_note(str(sorted(ledger.recorded)))
        raise
    return sorted(ledger.recorded)


@given(st.integers(0, 30), st.integers(1, 10))
async def test_every_answer_is_recorded_once_and_never_more_are_in_flight_than_workers(
    count: int, workers: int
) -> None:
    mailchimp = FakeMailchimp()
    recorded = await streamed(Numbers(count), mailchimp, workers=workers)
    assert recorded == list(range(count))
    assert mailchimp.max_in_flight == min(count, workers)


async def test_the_source_is_read_no_faster_than_answers_come() -> None:
    source, mailchimp = Numbers(100), FakeMailchimp()
    mailchimp.gate.clear()
    run = asyncio.create_task(streamed(source, mailchimp, workers=4))
    await everything_settles()
    assert source.read == 4
    mailchimp.gate.set()
    assert len(await run) == 100


async def test_when_asked_to_stop_what_is_in_flight_is_recorded_and_no_more_is_taken() -> None:
    source, mailchimp, stopping = Numbers(100), FakeMailchimp(), asyncio.Event()
    mailchimp.gate.clear()
    run = asyncio.create_task(streamed(source, mailchimp, workers=4, stopping=stopping))
    await everything_settles()
    stopping.set()
    mailchimp.gate.set()
    assert (await run, source.read) == ([0, 1, 2, 3], 4)


async def test_nothing_is_taken_when_asked_to_stop_before_the_start() -> None:
    source, stopping = Numbers(100), asyncio.Event()
    stopping.set()
    assert (await streamed(source, FakeMailchimp(), stopping=stopping), source.read) == ([], 0)


async def test_when_one_fails_the_others_in_flight_are_recorded_before_the_failure_is_raised() -> (
    None
):
    failure = Unavailable("the third")
    mailchimp, source = FakeMailchimp(fails={2: failure}), Numbers(100)
    mailchimp.gate.clear()
    run = asyncio.create_task(streamed(source, mailchimp, workers=4))
    await everything_settles()
    assert not run.done()
    mailchimp.gate.set()
    with pytest.raises(Unavailable) as raised:
        await run
    assert raised.value is failure
    assert raised.value.__notes__ == ["[0, 1, 3]"]
    assert source.read == 4


async def test_of_several_failures_the_first_is_raised() -> None:
    failures = {2: Unavailable("slow"), 3: Unavailable("quick")}  # FakeMailchimp: 3 answers first
    with pytest.raises(Unavailable, match="quick"):
        await streamed(Numbers(4), FakeMailchimp(fails=failures), workers=4)


async def test_when_the_source_breaks_what_is_in_flight_is_recorded() -> None:
    with pytest.raises(Unavailable, match="the source broke") as raised:
        await streamed(Numbers(100, breaks_at=5), FakeMailchimp(), workers=3)
    assert raised.value.__notes__ == ["[0, 1, 2, 3, 4]"]


async def round_of_answers(width: AdaptiveLimiter, *, begun: int, refused: int = 0) -> None:
    """So many requests begun together; the first of them are refused."""
    async with AsyncExitStack() as stack:
        turns = [await stack.enter_async_context(width.acquire()) for _ in range(begun)]
        for turn in turns[:refused]:
            turn.throttled()


async def answers_until(width: AdaptiveLimiter, allowed: int) -> int:
    """How many answers it takes until so many may be in flight."""
    answers = 0
    while width.allowed < allowed:
        await round_of_answers(width, begun=1)
        answers += 1
    return answers


@given(st.integers(1, 10), st.lists(st.booleans(), max_size=60))
async def test_the_width_is_never_over_its_limit_and_never_nothing(
    limit: int, refusals: list[bool]
) -> None:
    width = AdaptiveLimiter(limit)
    for was_refused in refusals:
        await round_of_answers(width, begun=1, refused=int(was_refused))
        assert 1 <= width.allowed <= limit


@given(st.integers(1, 10), st.integers(1, 40))
async def test_no_more_requests_are_in_flight_than_the_width_allows(
    limit: int, requests: int
) -> None:
    width, mailchimp = AdaptiveLimiter(limit), FakeMailchimp()

    async def ask(number: int) -> None:
        async with width.acquire():
            async for _ in mailchimp.send(number):
                pass

    await asyncio.gather(*(ask(number) for number in range(requests)))
    assert mailchimp.max_in_flight == width.max_in_flight == min(limit, requests)


async def test_the_width_halves_once_for_all_requests_begun_before_the_refusal() -> None:
    width = AdaptiveLimiter(8)
    await round_of_answers(width, begun=8, refused=8)
    assert width.allowed == 4


async def test_a_request_begun_after_the_refusal_halves_the_width_again() -> None:
    width = AdaptiveLimiter(8)
    await round_of_answers(width, begun=8, refused=8)
    await round_of_answers(width, begun=4, refused=1)
    assert width.allowed == 2


async def test_after_a_refusal_nobody_begins_until_enough_have_ended() -> None:
    width, began = AdaptiveLimiter(4), asyncio.Event()
    stack = AsyncExitStack()
    turns = [await stack.enter_async_context(width.acquire()) for _ in range(3)]

    async with width.acquire() as refused:
        refused.throttled()

    async def one_more() -> None:
        async with width.acquire():
            began.set()

    waiting = asyncio.create_task(one_more())
    await everything_settles()
    assert (width.allowed, len(turns), began.is_set()) == (2, 3, False)
    await stack.aclose()
    await waiting


async def test_the_width_grows_back_to_its_limit() -> None:
    width = AdaptiveLimiter(10)
    await round_of_answers(width, begun=10, refused=1)
    assert await answers_until(width, 10) > 0
    assert width.allowed == 10


async def test_the_width_grows_slowly_near_where_it_was_refused() -> None:
    width = AdaptiveLimiter(10)
    await round_of_answers(width, begun=10, refused=1)
    far = await answers_until(width, 6)
    await answers_until(width, 9)
    near = await answers_until(width, 10)
    assert near > 10 * far


async def test_a_request_that_breaks_gives_its_turn_back() -> None:
    width = AdaptiveLimiter(1)
    with pytest.raises(Unavailable):
        async with width.acquire():
            raise Unavailable("broken")
    await round_of_answers(width, begun=1)
    assert width.max_in_flight == 1
