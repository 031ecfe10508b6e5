"""One aiohttp session: its time limits, its errors in our words, and no retry of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp

from loader.model.errors import (
    MailchimpError,
    TimedOut,
    Unavailable,
)
from loader.model.wording import counted

CONNECT_SECONDS = 30.0


@contextmanager
def translated_errors() -> Iterator[None]:
    """What may go wrong on the way, without headers: aiohttp's texts and chains hold them."""
    try:
        yield
    except aiohttp.ClientConnectorCertificateError:
        raise MailchimpError(
            "This machine does not trust the certificate at Mailchimp's address. Nothing was"
            " sent. If a proxy inspects TLS, make its certificate known to Python"
            " (SSL_CERT_FILE)."
        ) from None
    except TimeoutError:
        raise TimedOut("Mailchimp did not answer in time.") from None
    except aiohttp.ClientConnectorDNSError as error:
        raise Unavailable(f"The host {error.host} can no longer be found.") from None
    except aiohttp.ClientError as error:
        raise Unavailable(f"Mailchimp did not answer ({type(error).__name__}).") from None


async def read_body(reply: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, unpacked piece by piece: what is small when it arrives may be large."""
    # a proxy that answers with gigabytes must not fill the memory
    found = bytearray()
    async for piece in reply.content.iter_any():
        found += piece
        if len(found) > most:
            reply.close()
            raise Unavailable(f"Mailchimp's answer is larger than {counted(most, 'byte')}.")
    return bytes(found)


async def no_hidden_retry(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Say that a connection broke: aiohttp would repeat a PUT or DELETE itself, and not tell."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise Unavailable(f"Mailchimp did not answer ({type(error).__name__}).") from None
