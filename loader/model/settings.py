"""The options of a run, checked once, and the credentials, which nobody can print."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from loader.model.errors import ConfigurationError
from loader.model.mailchimp_facts import MAX_CONNECTIONS, REQUEST_SECONDS

RETRY_SECONDS = 300.0
# who gives up before Mailchimp does leaves the server working, and the connection occupied
ANSWER_SECONDS = REQUEST_SECONDS + 10.0


def utc_now() -> datetime:
    """This machine's clock, in UTC without a zone, as the warehouse keeps times."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one `loader sync` was asked to do.

    Attributes:
        select: names, globs, `tag:` and `path:` of audiences; none means all.
        exclude: the same, to leave out.
        due: only those whose schedule came due since their last completed run.
        historical_refresh: send everything wanted again and make the segments anew.
        retry_rejected: offer rejected rows again now.
        allow_first_sync: the first sync of an audience onto a list that has contacts is intended.
        allow_leaves: the guards on leaves, withdrawals, and losses of who stays, are overruled.
        connections: at the most, 1 to 10.
        target: what the profile calls the target that is sent from.
    """

    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    due: bool = False
    historical_refresh: bool = False
    retry_rejected: bool = False
    allow_first_sync: bool = False
    allow_leaves: bool = False
    connections: int = MAX_CONNECTIONS
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
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


def has_credentials(account: str, environment: Mapping[str, str]) -> bool:
    """Whether the environment has a key or a token of an account, right or wrong.

    Args:
        account: its name.
        environment: the variables.

    Returns:
        False where nothing is set.
    """
    suffix = "" if account == "default" else f"_{account.upper()}"
    names = (f"MAILCHIMP_API_KEY{suffix}", f"MAILCHIMP_ACCESS_TOKEN{suffix}")
    return any(environment.get(name, "").strip() for name in names)


def credentials(account: str, environment: Mapping[str, str]) -> Credentials:
    """The credentials of an account, from the environment alone.

    A key ends in its datacenter, which is a part of the address:
    https://mailchimp.com/developer/marketing/docs/fundamentals/

    Args:
        account: its name; "default" has no suffix in the variables.
        environment: the variables.

    Returns:
        Where Mailchimp is, and the key or token.

    Raises:
        ConfigurationError: no key, a key without its datacenter, a token that is none, or an
            address that would send the key in clear over a network, or to another account. It
            never shows what was given.
    """
    if not re.fullmatch(r"[A-Za-z0-9_]+", account):
        raise ConfigurationError(
            "An account is a word of letters, digits and underscores, as MAILCHIMP_API_KEY_<NAME>"
            " ends in."
        )
    suffix = "" if account == "default" else f"_{account.upper()}"
    # a secret that was mounted from a file often ends in a line end
    key = environment.get(f"MAILCHIMP_API_KEY{suffix}", "").strip()
    token = environment.get(f"MAILCHIMP_ACCESS_TOKEN{suffix}", "").strip()
    if not key and not token:
        raise ConfigurationError(
            f"There are no credentials for the account '{account}'. Set MAILCHIMP_API_KEY{suffix}"
            " to an API key with its datacenter, as Mailchimp shows it (...-us1)."
        )
    host = "api.mailchimp.com"
    if key:
        host = f"{_datacenter(key, f'MAILCHIMP_API_KEY{suffix}')}.{host}"
    elif not re.fullmatch(r"[!-~]+", token):
        raise ConfigurationError(
            f"MAILCHIMP_ACCESS_TOKEN{suffix} has a space, a line end or another sign that no token"
            " has. Copy it again."
        )
    base_url = _base_url(suffix, environment) or f"https://{host}/3.0"
    return Credentials(base_url=base_url, token=key or token)


def _datacenter(key: str, variable: str) -> str:
    """The part after the last hyphen of a key: https://mailchimp.com/developer/marketing/docs/fundamentals/."""
    found = re.fullmatch(r"[!-~]+-([a-z]{2,}[0-9]+)", key)
    if not found:
        raise ConfigurationError(
            f"{variable} does not end in its datacenter (as in ...-us1). Copy the whole key from"
            " Mailchimp: Account, Extras, API keys."
        )
    return found[1]


def _base_url(suffix: str, environment: Mapping[str, str]) -> str:
    """The address that an account was given, or nothing.

    Whoever gave the default account an address (a rehearsal, a proxy) has to give one to every
    other account: its key would go to a stranger, or its writes past the rehearsal.
    """
    given = environment.get(f"MAILCHIMP_BASE_URL{suffix}", "").strip()
    if suffix and not given and environment.get("MAILCHIMP_BASE_URL", "").strip():
        raise ConfigurationError(
            "MAILCHIMP_BASE_URL is the address of the default account. The key of another account"
            f" is never sent there. Set MAILCHIMP_BASE_URL{suffix} too, or unset"
            " MAILCHIMP_BASE_URL."
        )
    return _checked(given.rstrip("/"), f"MAILCHIMP_BASE_URL{suffix}") if given else ""


def _checked(base_url: str, variable: str) -> str:
    """The address, when it keeps the key secret; a message shows nothing of it."""
    no_address = ConfigurationError(
        f"{variable} is not an address. It is one like https://us1.api.mailchimp.com/3.0, where a"
        " port is 1 to 65535."
    )
    try:
        parts = urlsplit(base_url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise no_address from None
    # a sandbox on this machine: nothing leaves it
    is_here = host in ("127.0.0.1", "::1", "localhost")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise ConfigurationError(
            f"{variable} must be https; plain http is for this machine (127.0.0.1) only."
        )
    if not set(base_url).isdisjoint("@?#"):
        raise ConfigurationError(
            f"{variable} contains a name, a password, a query or a fragment. Remove it: the key"
            " has a variable of its own."
        )
    is_whole = re.fullmatch(r"[!-~]+", base_url) and re.fullmatch(r"[0-9A-Za-z.:-]+", host)
    if not is_whole or port == 0 or "\\" in base_url or parts.netloc.endswith(":"):
        raise no_address
    return base_url
