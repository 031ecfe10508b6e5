"""A sandbox in a process of its own, as a user runs it, and plain ways to ask it."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeAlias
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message

Json: TypeAlias = Any  # whatever an answer holds

START = "from loader.cli.sandbox import sandbox; sandbox()"
COVERAGE = "COVERAGE_PROCESS_CONFIG"  # its own tests measure it; elsewhere it has to be quick
LIST = "f00dcafe01"
AT_ONCE = 50_000  # contacts of a few fields: half of what the sandbox reads
PATIENCE = 600.0  # seconds for anything that a test waits for, on the slowest machine


class Answer(NamedTuple):
    """What came back; an empty body is None."""

    status: int
    body: Json
    headers: Message


class SandboxProcess:
    """A running sandbox; leaving the context stops it."""

    def __init__(self, *options: str, is_measured: bool = False) -> None:
        command = [sys.executable, "-c", START, "--port", "0", *options]
        left = set() if is_measured else {COVERAGE}
        kept = {name: value for name, value in os.environ.items() if name not in left}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=kept)
        if self.process.stdout is None:
            raise AssertionError("a pipe was asked for")
        words = self.process.stdout.readline().split()
        if not words:
            raise RuntimeError(f"The sandbox did not start: exit code {self.process.wait()}.")
        self.url, self.key = words[1], words[3]
        self.opens = {"Authorization": f"Bearer {self.key}"}
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        **params: object,
    ) -> Answer:
        """Ask the API below /3.0 with the key; refusals are answers too."""
        query = f"?{urlencode(params)}" if params else ""
        given = self.opens if headers is None else headers
        return ask(method, f"{self.url}{path}{query}", body, given)

    def get(self, path: str, **params: object) -> Json:
        """Return the body of what must be a success."""
        return self.must("GET", path, **params)

    def must(self, method: str, path: str, body: object = None, **params: object) -> Json:
        """Ask the API, and insist on success."""
        answer = self.request(method, path, body, None, **params)
        if answer.status not in {200, 204}:
            raise AssertionError(f"{method} {path}: {answer.status} {answer.body}")
        return answer.body

    def control(self, method: str, path: str, body: object = None) -> Json:
        """Ask the admin API, and insist on success."""
        answer = self.home(method, f"/_control{path}", body)
        if answer.status not in {200, 204}:
            raise AssertionError(f"{method} /_control{path}: {answer.status} {answer.body}")
        return answer.body

    def home(self, method: str, path: str, body: object = None) -> Answer:
        """Ask the web UI or the admin API with the key; refusals are answers too."""
        return ask(method, f"{self.url.removesuffix('/3.0')}{path}", body, self.opens)

    def new_list(self, **settings: object) -> str:
        """Make a list that no other test uses; return its id."""
        list_id = f"list{next(self._numbers):06}"
        self.control("PUT", f"/lists/{list_id}", settings)
        return list_id

    def put(self, list_id: str, *members: Mapping[str, object]) -> None:
        """Put contacts straight in, in any status, as many at once as a body may hold."""
        for start in range(0, len(members) or 1, AT_ONCE):
            some = members[start : start + AT_ONCE]
            self.control("POST", f"/lists/{list_id}/members", {"members": some})

    def members(self, list_id: str = LIST) -> list[dict[str, Json]]:
        """Return every contact of a list with all it has, sorted by address."""
        return self.lines(f"/lists/{list_id}/export")

    def lines(self, path: str) -> list[dict[str, Json]]:
        """Return what the admin API exports, a line each."""
        url = f"{self.url.removesuffix('/3.0')}/_control{path}"
        request = Request(url, headers=self.opens)  # noqa: S310 - our own server
        with urlopen(request, timeout=PATIENCE) as response:  # noqa: S310 - our own server
            return [json.loads(line) for line in response]

    def requests(self) -> dict[str, Json]:
        """Return the counts of what was asked of /3.0."""
        counts: dict[str, Json] = self.control("GET", "/requests")
        return counts

    def faults(self, *faults: Mapping[str, object], seed: int = 0) -> None:
        """Replace all faults; without any the sandbox behaves."""
        self.control("PUT", "/faults", {"seed": seed, "faults": faults})

    def stop(self) -> int:
        """Ask the sandbox to end; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def kill(self) -> None:
        """End the sandbox as a power cut would."""
        os.kill(self.process.pid, signal.SIGKILL)
        self._ended()

    def _ended(self) -> int:
        code = self.process.wait(timeout=PATIENCE)
        if self.process.stdout:
            self.process.stdout.close()
        return code


def ask(method: str, url: str, body: object, headers: Mapping[str, str]) -> Answer:
    """Send one request; bytes go as they are, anything else as JSON."""
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    given = {"Content-Type": "application/json", **headers}
    request = Request(url, data=data, headers=given, method=method)  # noqa: S310 - our own server
    try:
        with urlopen(request, timeout=PATIENCE) as response:  # noqa: S310 - our own server
            return _answer(response.status, response.read(), response.headers)
    except HTTPError as error:
        with error:
            return _answer(error.code, error.read(), error.headers)


def _answer(status: int, raw: bytes, headers: Message) -> Answer:
    is_json = "json" in headers.get("Content-Type", "") and raw
    return Answer(status, json.loads(raw) if is_json else raw.decode() or None, headers)
