"""The options of a run, checked once, and the credentials, which nobody can print."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from loader.errors import ConfigurationError

RETRY_SECONDS = 300.0
# Mailchimp gives up after 120 s (Marketing API, Limits). A client that gives up earlier leaves the
# server working and the connection occupied.
ANSWER_SECONDS = 130.0
MAX_CONNECTIONS = 10  # simultaneous, for one Mailchimp user (Marketing API, Limits)


def utc_now() -> datetime:
    """This machine's clock, in UTC without a zone, as the warehouse keeps times."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one `loader sync` was asked to do.

    Attributes:
        select: names, globs, `tag:` and `path:` of audiences; none means all.
        exclude: the same, to leave out.
        due: only those whose schedule came due since they had their turn.
        historical_refresh: send everything wanted again and make the segments anew.
        retry_rejected: offer rejected rows again now.
        first: the first sync of an audience onto a list that has contacts is meant.
        force_leave: the fuse on leaves and withdrawals is overruled.
        connections: at the most, 1 to 10.
    """

    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    due: bool = False
    historical_refresh: bool = False
    retry_rejected: bool = False
    first: bool = False
    force_leave: bool = False
    connections: int = MAX_CONNECTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long Mailchimp is waited for, and by which clock.

    Attributes:
        retry_seconds: for one request with all its tries, before its rows count as unknown.
        answer_seconds: for one answer.
        sleep: lets so many seconds pass.
        clock: seconds since some moment.
    """

    retry_seconds: float = RETRY_SECONDS
    answer_seconds: float = ANSWER_SECONDS
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Where Mailchimp is and what it is told to let us in."""

    base_url: str
    token: str = field(repr=False)


def credentials(account: str, environment: Mapping[str, str]) -> Credentials:
    """The credentials of an account, from the environment alone.

    Raises:
        ConfigurationError: no key, a key without its datacenter, or an address that would send the
            key in clear over a network.
    """
    suffix = "" if account == "default" else f"_{account.upper()}"
    key = environment.get(f"MAILCHIMP_API_KEY{suffix}", "").strip()
    token = environment.get(f"MAILCHIMP_ACCESS_TOKEN{suffix}", "").strip()
    if not key and not token:
        raise ConfigurationError(
            f"There are no credentials for the account '{account}'. Set MAILCHIMP_API_KEY{suffix}"
            " to an API key with its datacenter, as Mailchimp shows it (...-us1)."
        )
    base_url = environment.get(f"MAILCHIMP_BASE_URL{suffix}", "").strip().rstrip("/")
    base_url = base_url or environment.get("MAILCHIMP_BASE_URL", "").strip().rstrip("/")
    if key:
        datacenter = _datacenter(key, f"MAILCHIMP_API_KEY{suffix}")
        return Credentials(
            base_url=_checked(base_url or f"https://{datacenter}.api.mailchimp.com/3.0"), token=key
        )
    return Credentials(base_url=_checked(base_url or "https://api.mailchimp.com/3.0"), token=token)


def _datacenter(key: str, variable: str) -> str:
    """The part after the last hyphen of a key (Marketing API, Fundamentals)."""
    found = re.fullmatch(r"[!-~]+-([a-z]{2,}[0-9]+)", key)
    if not found:
        raise ConfigurationError(
            f"{variable} does not end in its datacenter (as in ...-us1). Copy the whole key from"
            " Mailchimp: Account, Extras, API keys."
        )
    return found[1]


def _checked(base_url: str) -> str:
    """The address, when it keeps the key secret."""
    try:
        parts = urlsplit(base_url)
    except ValueError as error:
        raise ConfigurationError(f"MAILCHIMP_BASE_URL is no address: {error}.") from error
    loopback = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        raise ConfigurationError(
            "MAILCHIMP_BASE_URL must be https; plain http is for this machine (127.0.0.1) only."
        )
    return base_url
