"""Ask the name service where an account is, before anything is sent there."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

from loader.model.errors import HostUnknown

NAME_SECONDS = 10.0  # of one question to the name service


async def find_host(host: str, pause: Callable[[float], Awaitable[None]]) -> None:
    """See that a host has an address: a wrong datacenter is no outage.

    The name service is asked twice when it does not answer, and once when it says that there is no
    such name.

    Args:
        host: the name.
        pause: lets so many seconds pass.

    Raises:
        HostUnknown: there is no such name, or nobody who knows it.
    """
    loop = asyncio.get_running_loop()
    for seconds in (1.0, None):
        try:
            async with asyncio.timeout(NAME_SECONDS):
                await loop.getaddrinfo(host, None)
        except (OSError, UnicodeError) as error:
            # an answer that there is no such name is final; no answer may be one in a second
            is_away = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
            if seconds is None or not is_away:
                raise HostUnknown(_not_found(host)) from None
            await pause(seconds)
        else:
            return


def _not_found(host: str) -> str:
    datacenter, _, rest = host.partition(".")
    if rest != "api.mailchimp.com":
        return (
            f"The host {host} was not found. Either it is misspelled, or this machine has no"
            " network or no DNS. Check MAILCHIMP_BASE_URL and the network, and run again."
        )
    return (
        f"The host {host} was not found. Either Mailchimp has no datacenter {datacenter}, or this"
        f" machine has no network or no DNS. Check the end of the key (...-{datacenter}) and the"
        " network, and run again."
    )
