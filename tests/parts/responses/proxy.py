"""Somebody between the loader and the sandbox, who gives other answers than the sandbox gave."""

import http.client
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

from sandbox_process import SandboxProcess

Body = Callable[[bytes], bytes]
Headers = dict[str, str]
OWN = {"host", "transfer-encoding", "connection", "content-length", "server", "date"}


class Between:
    """A server that passes everything on; what it is told to spoil, it spoils.

    Attributes:
        routes: how often each kind of request was passed on, by method and what it is about.
        spoils: the kind of request whose answers `body` changes.
        dates: makes the `Date` of every answer, or of those to writes.
        before: what happens before a request is passed on, which it is told the kind of.
        also: a kind of request that is not passed on, and what is said to it.
        fired: how many answers were changed.
    """

    def __init__(self, sandbox: SandboxProcess) -> None:
        self._to = urlsplit(sandbox.url)
        self.routes: Counter[str] = Counter()
        self.fired = 0
        self.spoils = ""
        self.also = ("", b"")
        self.before: Callable[[str], None] = lambda _: None
        self.body: Body = lambda body: body
        self.date: Callable[[str, str], str | None] = lambda _, date: date
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
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
        """Its base URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{self._to.path}"

    def spoil(self, route: str, body: Body) -> None:
        """Change the answers to one kind of request; to none with an empty name."""
        self.spoils, self.body, self.fired = route, body, 0

    def behave(self) -> None:
        """Pass everything on as it is, and count anew."""
        self.spoil("", lambda body: body)
        self.date = lambda _, date: date
        self.also = ("", b"")
        self.before = lambda _: None
        self.routes.clear()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        between = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:  # noqa: ANN401 - not said
                """Say nothing."""

            def _pass_on(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                status, headers, body = between.answer(
                    self.command, self.path, dict(self.headers), self.rfile.read(length)
                )
                self.send_response_only(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on  # noqa: N815 - its names

        return Handler

    def answer(
        self, method: str, path: str, headers: Headers, body: bytes
    ) -> tuple[int, Headers, bytes]:
        """What the sandbox says, or something else."""
        if route_of(method, path) == self.also[0]:
            return http.client.OK, {"Content-Type": "application/json"}, self.also[1]
        self.before(route_of(method, path))
        connection = http.client.HTTPConnection(self._to.netloc)
        given = {name: value for name, value in headers.items() if name.lower() not in OWN}
        connection.request(method, path, body or None, given)
        reply = connection.getresponse()
        found = reply.read()
        kept = {name: value for name, value in reply.getheaders() if name.lower() not in OWN}
        date = self.date(method, reply.headers["Date"])
        kept |= {} if date is None else {"Date": date}
        connection.close()
        route = route_of(method, path)
        self.routes[route] += 1
        if route != self.spoils or reply.status >= http.client.MULTIPLE_CHOICES:
            return reply.status, kept, found
        changed = self.body(found)
        self.fired += changed != found
        status = reply.status if changed == found else http.client.OK
        return status, kept, changed


def route_of(method: str, path: str) -> str:
    """A request without what it is about: ids, and of the query the status alone."""
    parts = urlsplit(path)
    names = parts.path.removeprefix("/3.0/").split("/")
    kind = "/".join("*" if place % 2 else name for place, name in enumerate(names))
    return f"{method} {kind}" + (" archived" if "status=archived" in parts.query else "")
