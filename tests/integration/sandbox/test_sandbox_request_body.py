"""The body of a request is bounded: in unpacked bytes, and in seconds."""

from __future__ import annotations

import asyncio
import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession

from loader.sandbox.options import Options
from loader.sandbox.server import serve
from sandbox_process import LIST, SandboxProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LARGE = 300_000_000
MOST = 100_000  # kilobytes of memory that a refused body may cost


@cache
def packed(encoding: str) -> bytes:
    """A text of 300 MB, in 300 kB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, {"gzip": 31, "deflate": 15}[encoding])
    piece = b"a" * 1_000_000
    pieces = [packer.compress(piece) for _ in range(LARGE // len(piece))]
    return b"".join([*pieces, packer.flush()])


def peak(sandbox: SandboxProcess) -> int:
    """The most memory that a sandbox ever had, in kilobytes."""
    told = Path(f"/proc/{sandbox.process.pid}/status").read_text()
    return int(told.partition("VmHWM:")[2].split()[0])


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize("where", ["/3.0/lists/{}", "/_control/lists/{}/members"])
async def test_a_body_is_not_unpacked_beyond_what_is_taken(
    sandbox: SandboxProcess, encoding: str, where: str
) -> None:
    url = sandbox.url.removesuffix("/3.0") + where.format(LIST)
    headers = {"Authorization": f"Bearer {sandbox.key}", "Content-Encoding": encoding}
    headers["Content-Type"] = "application/json"
    before = peak(sandbox)
    async with (
        ClientSession() as session,
        session.post(url, data=packed(encoding), headers=headers) as reply,
    ):
        assert reply.status == 413
        assert (await reply.json(content_type=None))["status"] == 413
    assert peak(sandbox) - before < MOST


async def test_a_body_that_does_not_arrive_is_not_waited_for() -> None:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    options = Options(body_seconds=0.1)
    running = asyncio.create_task(serve(options, ready=ready.set_result))
    url = await ready

    async def drip() -> AsyncIterator[bytes]:
        yield b'{"members":['
        await asyncio.Event().wait()

    headers = {
        "Authorization": f"Bearer {options.api_key}",
        "Content-Type": "application/json",
    }
    async with (
        ClientSession() as session,
        session.post(f"{url}/lists/{LIST}", data=drip(), headers=headers) as reply,
    ):
        assert reply.status == 408
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
