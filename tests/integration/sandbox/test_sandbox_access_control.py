"""Who may ask a sandbox: each rule, for every route that the application has."""

from __future__ import annotations

import json
from base64 import b64encode
from http.client import HTTPConnection
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import pytest
from aiohttp.web import AbstractResource, AbstractRoute, Application, PrefixedSubAppResource

from loader.sandbox.options import Options
from loader.sandbox.server import application, open_server_state
from sandbox_process import LIST, PATIENCE, SandboxProcess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

READS = {"GET", "HEAD", "OPTIONS"}
JSON = {"Content-Type": "application/json"}
ANNA = "anna@shop.de"
FORMS = {
    "nothing": {},
    "text": {"Content-Type": "text/plain"},
    "text that says JSON": {"Content-Type": "text/plain; application/json"},
    "form": {"Content-Type": "application/x-www-form-urlencoded"},
    "multipart": {"Content-Type": "multipart/form-data; boundary=x"},
    "like JSON": {"Content-Type": "application/jsonp"},
    "empty": {"Content-Type": ""},
}


class Filled(dict[str, str]):
    """Something for every variable of a path, so that a new one is tried too."""

    def __missing__(self, _: str) -> str:
        return "1"


class Route(NamedTuple):
    method: str
    path: str


def routes(app: Application) -> Iterator[tuple[str, AbstractResource]]:
    """Every method and resource of an application, and of those below it."""
    for resource in app.router.resources():
        if isinstance(resource, PrefixedSubAppResource):
            yield from routes(resource._app)  # noqa: SLF001 - aiohttp has no other way to it
        else:
            yield from ((route.method, resource) for route in resource if is_ours(route))


def is_ours(route: AbstractRoute) -> bool:
    return route.resource is not None


def every_route() -> list[Route]:
    server = open_server_state(Options())
    found = {
        Route(method, resource.canonical.format_map(Filled(list_id=LIST, subscriber_hash=ANNA)))
        for method, resource in routes(application(server))
    }
    server.store.close()
    return sorted(found)


ROUTES = every_route()
WRITES = [route for route in ROUTES if route.method not in READS]
UNKNOWN = [Route(method, path) for method in ("GET", "POST") for path in ("/nosuch", "/3.0/nosuch")]


@pytest.fixture(scope="module")
def own(sandbox: SandboxProcess) -> str:
    """The host and port by which a sandbox is known."""
    sandbox.put(LIST, {"email_address": ANNA, "merge_fields": {"FNAME": "Anna"}})
    return urlsplit(sandbox.url).netloc


@pytest.fixture
def state(sandbox: SandboxProcess, own: str) -> Iterator[None]:
    """Nothing that is refused may change anything: everything is as it was."""
    assert own
    before = everything(sandbox)
    yield
    assert everything(sandbox) == before


def everything(sandbox: SandboxProcess) -> object:
    lists = sandbox.get("/lists", count=1000)["lists"]
    return lists, sandbox.members(), sandbox.control("GET", "/faults"), sandbox.get("/")


def status(own: str, route: Route, headers: Mapping[str, str], body: bytes | None = None) -> int:
    """What a request with exactly these headers is answered; without Host there is none."""
    line = HTTPConnection(own, timeout=PATIENCE)
    try:
        line.putrequest(route.method, route.path, skip_host=True, skip_accept_encoding=True)
        length = {} if body is None else {"Content-Length": str(len(body))}
        for name, value in {**headers, **length}.items():
            line.putheader(name, value)
        line.endheaders(body)
        answer = line.getresponse()
        seen = answer.read()
        assert answer.status < 400 or ANNA.encode() not in seen
        return answer.status
    finally:
        line.close()


def answers(
    own: str, among: list[Route], headers: Mapping[str, str], body: bytes | None = b"{}"
) -> set[int]:
    """How these routes answer; what reads is asked without a body."""
    return {status(own, route, headers, None if route.method in READS else body) for route in among}


def test_the_walk_finds_the_api_the_admin_api_and_the_web_ui() -> None:
    paths = {route.path for route in ROUTES}
    assert {"/", f"/lists/{LIST}", "/_control/requests", f"/3.0/lists/{LIST}/members"} <= paths
    assert not [path for path in paths if "{" in path]
    assert len(WRITES) > 20


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "evil.example:{port}",
        "localhost",
        "localhost:1",
        "localhost.:{port}",
        "127.0.0.1",
        "127.0.0.1:{port}.evil.example",
        "127.0.0.1.evil.example:{port}",
        "127.1:{port}",
        "0.0.0.0:{port}",
        "[::ffff:127.0.0.1]:{port}",
        "someone@localhost:{port}",
    ],
)
def test_no_route_answers_to_the_name_of_another_host(
    sandbox: SandboxProcess, own: str, host: str | None
) -> None:
    named = {} if host is None else {"Host": host.format(port=own.rpartition(":")[2])}
    refused = answers(own, ROUTES + UNKNOWN, sandbox.opens | JSON | named)
    assert refused <= {400, 421}  # aiohttp refuses some by itself


def test_an_address_in_the_request_line_is_not_believed(sandbox: SandboxProcess, own: str) -> None:
    route = Route("GET", "http://evil.example/")
    assert status(own, route, sandbox.opens | {"Host": own}) == 421


@pytest.mark.parametrize("name", ["localhost", "LocalHost", "127.0.0.1", "[::1]"])
def test_every_name_of_this_machine_with_the_port_is_its_own(
    sandbox: SandboxProcess, own: str, name: str
) -> None:
    host = {"Host": f"{name}:{own.rpartition(':')[2]}"}
    assert answers(own, [Route("GET", "/"), Route("GET", "/3.0/")], sandbox.opens | host) == {200}


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize(
    "page",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://{own}"},
        {"Origin": "http://{own}.evil.example"},
        {"Origin": "http://localhost:1"},
        {"Origin": "http://{own}", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    ],
)
def test_no_route_answers_to_the_page_of_another_address(
    sandbox: SandboxProcess, own: str, page: dict[str, str]
) -> None:
    headers = {name: value.format(own=own) for name, value in page.items()}
    refused = answers(own, ROUTES + UNKNOWN, sandbox.opens | JSON | {"Host": own} | headers)
    assert refused == {403}


@pytest.mark.usefixtures("state")
def test_a_link_of_another_page_may_be_followed_and_writes_nothing(
    sandbox: SandboxProcess, own: str
) -> None:
    followed = {
        "Host": own,
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    assert answers(own, [Route("GET", "/")], sandbox.opens | followed) == {200}
    assert answers(own, WRITES, sandbox.opens | followed | JSON) == {403}


def test_the_own_page_may_ask(sandbox: SandboxProcess, own: str) -> None:
    page = {"Host": own, "Origin": f"http://{own}", "Sec-Fetch-Site": "same-origin"}
    route = Route("POST", "/_control/requests/reset")
    assert status(own, route, sandbox.opens | JSON | page, b"{}") == 200


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize("form", FORMS)
def test_nothing_that_writes_takes_a_body_that_is_not_json(
    sandbox: SandboxProcess, own: str, form: str
) -> None:
    refused = answers(own, WRITES, sandbox.opens | {"Host": own} | FORMS[form])
    assert refused == {415}


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize("form", [name for name, headers in FORMS.items() if headers])
def test_nothing_that_writes_takes_an_empty_form(
    sandbox: SandboxProcess, own: str, form: str
) -> None:
    assert answers(own, WRITES, sandbox.opens | {"Host": own} | FORMS[form], None) == {415}


@pytest.mark.parametrize("given", ["application/json", "Application/JSON; charset=utf-8"])
def test_json_is_taken_however_it_is_spelt(sandbox: SandboxProcess, own: str, given: str) -> None:
    headers = sandbox.opens | {"Host": own, "Content-Type": given}
    assert status(own, Route("POST", "/_control/clock"), headers, b'{"advance": 0}') == 200


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer sandbox-us1"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Basic {b64encode(b'key:').decode()}"},
        {"Authorization": "Basic w6Q6w6Q="},
        {"Authorization": "Bearer \xe4"},
        {"Cookie": "key={key}"},
        {"X-Api-Key": "{key}"},
    ],
)
def test_no_route_answers_without_the_key(
    sandbox: SandboxProcess, own: str, credentials: dict[str, str]
) -> None:
    given = {name: value.format(key=sandbox.key) for name, value in credentials.items()}
    assert answers(own, ROUTES + UNKNOWN, {"Host": own} | JSON | given) == {401}


def test_a_browser_is_asked_for_the_key_and_the_key_is_no_part_of_an_address(
    sandbox: SandboxProcess, own: str
) -> None:
    refused = sandbox.request("GET", "/ping")
    assert "WWW-Authenticate" not in refused.headers  # the API answers as Mailchimp does
    line = HTTPConnection(own, timeout=PATIENCE)
    line.request("GET", f"/?key={sandbox.key}")
    answer = line.getresponse()
    told = json.loads(answer.read())
    line.close()
    assert answer.status == 401
    assert (answer.headers["WWW-Authenticate"] or "").startswith("Basic realm=")
    assert "password" in told["detail"]
    basic = {"Authorization": f"Basic {b64encode(f'me:{sandbox.key}'.encode()).decode()}"}
    assert status(own, Route("GET", f"/lists/{LIST}"), basic | {"Host": own}) == 200


def test_the_key_that_was_printed_opens_admin_api_and_web_ui_after_it_was_revoked(
    sandbox: SandboxProcess,
) -> None:
    sandbox.control("PUT", "/key", {"api_key": "fresh-us1"})
    try:
        assert sandbox.request("GET", "/ping").status == 401
        assert (sandbox.home("GET", "/").status, sandbox.home("GET", "/_control").status) == (
            200,
            200,
        )
    finally:
        sandbox.control("PUT", "/key", {"api_key": sandbox.key})


def test_a_key_is_new_at_every_start(sandbox: SandboxProcess) -> None:
    with SandboxProcess(is_measured=True) as another:
        assert another.key != sandbox.key
    assert len(sandbox.key) > 32
    assert sandbox.key not in repr(Options(api_key=sandbox.key))
