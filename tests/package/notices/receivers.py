"""What receives notices on this machine: a webhook, and a mail server."""

from __future__ import annotations

import asyncio
import json
import threading
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

from aiosmtpd.smtp import SMTP

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from aiosmtpd.smtp import Envelope, Session


class Webhook:
    """A web server that keeps what it is sent, and takes it or not.

    Attributes:
        received: what it took.
        is_working: whether it takes what it is sent.
        then: is done when it has taken something, before it answers.
    """

    def __init__(self) -> None:
        self.received: list[dict[str, str]] = []
        self.is_working = True
        self.then: Callable[[], None] = lambda: None
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if webhook.is_working:
                    webhook.received.append(json.loads(body))
                    webhook.then()
                self.send_response(200 if webhook.is_working else 500)
                self.end_headers()

            def log_message(self, *_: Any) -> None:  # noqa: ANN401 - whatever it would log
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where apprise finds it; the words are a secret of its owner."""
        return f"json://name:hidden-word@127.0.0.1:{self._server.server_port}/hook"

    def titles(self) -> list[str]:
        """What arrived since it was asked last, in its order."""
        found = [one["title"].partition(": ")[2] for one in self.received]
        self.received.clear()
        return found


class Mailbox:
    """A mail server that keeps what it is sent, in the event loop of the test."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self._server: asyncio.Server | None = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name that aiosmtpd asks for
        """Keep a mail."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        self.received.append(message_from_bytes(raw, policy=policy.default))
        return "250 OK"

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self), "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    @property
    def url(self) -> str:
        """Where apprise finds it."""
        if self._server is None:
            raise AssertionError("the server was started")
        port = self._server.sockets[0].getsockname()[1]
        return f"mailto://127.0.0.1:{port}?from=loader@shop.test&to=team@shop.test"
