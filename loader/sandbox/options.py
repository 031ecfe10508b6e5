"""The options of a sandbox, checked once when it starts."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from loader.model.wording import counted
from loader.sandbox.faults.fault import Fault

DATACENTER = "us1"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def fresh_key() -> str:
    """Return a key that nobody can know; like Mailchimp's it ends in its datacenter."""
    return f"{secrets.token_hex(16)}-{DATACENTER}"


def in_url(host: str) -> str:
    """Return a host as a URL and a `Host` header write it: IPv6 in brackets (RFC 3986, 3.2.2)."""
    return f"[{host}]" if ":" in host else host


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of one sandbox; each has the value that a rehearsal wants."""

    host: str = "127.0.0.1"
    port: int = 0  # 0 takes a free one
    state: Path | None = None  # a SQLite file; without it everything is forgotten at the end
    allow_example_com: bool = False
    api_key: str = field(default_factory=fresh_key, repr=False)
    connections: int = 10  # per account; one more in flight is answered 429
    latency: float = 0.0  # seconds a request
    latency_per_member: float = 0.0  # seconds a contact in the body, on top
    body_seconds: float = 60.0  # for a body to arrive
    faults: tuple[Fault, ...] = ()
    seed: int = 0  # of the random fault schedule
    connections_in_use: int = 0  # by another integration of the user

    def __post_init__(self) -> None:
        if self.host not in LOOPBACK:
            raise ValueError("The sandbox listens on this machine only.")
        if not 0 <= self.connections_in_use <= self.connections:
            every, used = counted(self.connections, "connection"), self.connections_in_use
            raise ValueError(f"Of {every}, {used} cannot be in use.")
