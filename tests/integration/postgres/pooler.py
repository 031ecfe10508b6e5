"""A pooler that hands each transaction to another session, as pgbouncer does; over one socket."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

STARTUP, SSL, CANCEL = 196_608, 80_877_103, 80_877_102  # codes of the protocol's first message
READY = b"Z"
IDLE = b"I"  # in no transaction
ENDS_A_REQUEST = b"QSX"  # Query, Sync, Terminate


class Pooler:
    """Sessions of a server, each of which serves whoever has a transaction next.

    Args:
        socket: of the server.
    """

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._hello = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client, from its first message to its last."""
        first = await _message_without_kind(reader)
        while first[:4] == struct.pack("!i", SSL):
            writer.write(b"N")
            first = await _message_without_kind(reader)
        if first[:4] == struct.pack("!i", STARTUP):
            session = await self._session(first)
            self._free.append(session)
            writer.write(self._hello)
            await self._requests(reader, writer, first)
        writer.close()

    async def close(self) -> None:
        """Let go of all sessions."""
        for _, writer in self._free:
            writer.close()

    async def _requests(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: bytes
    ) -> None:
        session, state = None, IDLE
        while True:
            kind, message = await _message(reader)
            if kind in (b"X", b""):
                return
            session = session or await self._session(first)
            session[1].write(message)
            if kind not in ENDS_A_REQUEST:
                continue
            answer = b""
            while answer != READY:
                answer, message = await _message(session[0])
                state = message[-1:] if answer == READY else state
                writer.write(message)
            if state == IDLE:
                self._free.append(session)
                session = None

    async def _session(self, first: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """One that is free, or a new one; what it says first is what every client is told."""
        if self._free:
            return self._free.pop()
        reader, writer = await asyncio.open_unix_connection(self._socket)
        writer.write(struct.pack("!i", len(first) + 4) + first)
        said, kind = b"", b""
        while kind != READY:
            kind, message = await _message(reader)
            said += message
        self._hello = said
        return reader, writer


@asynccontextmanager
async def pooled(socket: Path) -> AsyncIterator[int]:
    """A pooler before a server; the port of loopback at which it listens."""
    pooler = Pooler(socket)
    async with await asyncio.start_server(pooler.serve, "127.0.0.1", 0) as listening:
        yield listening.sockets[0].getsockname()[1]
        await pooler.close()


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Its kind, and the whole of it; nothing when the other side has gone."""
    try:
        kind = await reader.readexactly(1)
    except asyncio.IncompleteReadError:
        return b"", b""
    length = await reader.readexactly(4)
    return kind, kind + length + await reader.readexactly(struct.unpack("!i", length)[0] - 4)


async def _message_without_kind(reader: asyncio.StreamReader) -> bytes:
    (length,) = struct.unpack("!i", await reader.readexactly(4))
    return await reader.readexactly(length - 4)
