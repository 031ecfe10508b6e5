"""Who may use the sandbox at all: by its own name, from its own page, in JSON, and with its key.

A browser on this machine lets any page send requests here, and a name that somebody else owns can
be made to point here. The rules stand in front of the whole application, so a new route has them.
"""

from __future__ import annotations

from base64 import b64decode
from hmac import compare_digest
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web

from loader.sandbox.options import LOOPBACK, in_url
from loader.sandbox.problems import Problem

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler, Middleware

    from loader.sandbox.http.server_state import ServerState

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})  # every other method may write
JSON = "application/json"
HTTP_PORT = 80  # the one that a Host leaves out
OWN = frozenset({"same-origin", "none"})  # the own page, and an address that somebody typed
ASK_FOR_KEY = {"WWW-Authenticate": 'Basic realm="sandbox", charset="UTF-8"'}
PRIVATE = {  # on every answer: no copy on the disk, no other page may show or read it
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class KeyRequired(Problem):
    """The refusal to show people to somebody without the key; a browser then asks for it."""

    def __init__(self) -> None:
        super().__init__(
            HTTPStatus.UNAUTHORIZED,
            "Key Missing",
            "This shows people. Give the key that the sandbox printed at its start: in a browser as"
            " password with any user name, elsewhere as `Authorization: Bearer <key>`.",
        )


@web.middleware
async def check_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let a request pass that names this server, and was not sent by a page of another origin.

    Raises:
        Problem: the name is not ours (421), another page asks (403), or what may write is not
            JSON (415).
    """
    host = _single_header(request, "Host").lower()
    if host not in _own_names(request) or not request.raw_path.startswith("/"):
        raise Problem(
            HTTPStatus.MISDIRECTED_REQUEST,
            "Not This Host",
            f"Only these are answered: {', '.join(sorted(_own_names(request)))}.",
        )
    if _is_cross_origin(request, host):
        detail = "A page of another address asks. Open the address that the sandbox printed."
        raise Problem(HTTPStatus.FORBIDDEN, "Foreign Origin", detail)
    if request.method not in SAFE_METHODS and _is_typed(request) and _type(request) != JSON:
        detail = f"What writes is JSON. Send it as `Content-Type: {JSON}`."
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type", detail)
    return await handler(request)


def require_key(server: ServerState, api: web.Application) -> Middleware:
    """Return what wants the printed key everywhere but in the API, which checks its key itself.

    The API may meanwhile have another key: a rehearsal can revoke the one that was printed.
    """

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        is_api = api in request.match_info.apps
        if not is_api and not is_same(key_of(request), server.options.api_key):
            raise KeyRequired
        return await handler(request)

    return middleware


def key_of(request: web.Request) -> str:
    """Return the key of a request: Basic with any user name, or Bearer; else nothing."""
    scheme, _, credentials = _single_header(request, "Authorization").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return b64decode(credentials, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def is_same(given: str, key: str) -> bool:
    """Tell whether this is the key, in a time that does not tell how much of it is right."""
    return compare_digest(given.encode(errors="replace"), key.encode())


def _own_names(request: web.Request) -> frozenset[str]:
    """Return what a Host may say: this machine, with the port at which the request arrived."""
    address = request.get_extra_info("sockname")
    port = address[1] if address else 0
    names = {in_url(name) for name in LOOPBACK}
    bare = names if port == HTTP_PORT else set()
    return frozenset({f"{name}:{port}" for name in names} | bare)


def _is_cross_origin(request: web.Request, host: str) -> bool:
    """Tell whether another page asks; a link to here that somebody follows is their own wish.

    Fetch Metadata, Sec-Fetch-Site; another port of this machine is `same-site`, and foreign too.
    """
    origins = request.headers.getall("Origin", [])
    if any(origin.lower() != f"http://{host}" for origin in origins):
        return True
    if not set(request.headers.getall("Sec-Fetch-Site", [])) - OWN:
        return False
    is_followed = _single_header(request, "Sec-Fetch-Mode") == "navigate"
    is_whole_page = _single_header(request, "Sec-Fetch-Dest") == "document"
    return not (request.method == "GET" and is_followed and is_whole_page)


def _is_typed(request: web.Request) -> bool:
    return request.can_read_body or "Content-Type" in request.headers


def _type(request: web.Request) -> str:
    return _single_header(request, "Content-Type").partition(";")[0].strip().lower()


def _single_header(request: web.Request, name: str) -> str:
    """Return a header that may stand once; twice it says nothing."""
    values = request.headers.getall(name, [])
    return values[0] if len(values) == 1 else ""
