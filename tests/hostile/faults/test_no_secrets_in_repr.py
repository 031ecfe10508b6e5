"""Whatever is printed of a run's own objects shows neither a key nor an address."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import duckdb
import pytest

from fake_time import FakeTime
from fakes import KEY, answers_of, audience, batch_of, client, response
from loader.commands.sync.run import SyncRun
from loader.mailchimp.contacts import contacts_answers, contacts_request
from loader.mailchimp.http import Request, Response, error_for
from loader.mailchimp.segments import membership_request
from loader.model.batch import Operation, Outcome
from loader.model.errors import LoaderError, RequestRejected
from loader.model.settings import Settings, credentials
from loader.session.context import RunContext
from loader.text.report import RunReport
from loader.warehouse.base import Warehouse, open_warehouse
from sandbox_process import SandboxProcess

WHO = "quirine.vanderplas@people.example.com"
SECRETS = (KEY, KEY.partition("-")[0], "quirine", "vanderplas", "people.example")
PROBLEM = {
    "title": "Invalid Resource",
    "status": 400,
    "detail": f"{WHO} looks fake or invalid, please enter a real email address.",
}
ENVIRONMENT = {"MAILCHIMP_API_KEY": KEY}


def told(text: str) -> list[str]:
    """The secrets that a text gives away."""
    return [secret for secret in SECRETS if secret in text]


def run_of(warehouse: Warehouse) -> SyncRun:
    """A run as the command makes it."""
    context = RunContext(warehouse=warehouse, settings=Settings(), environment=ENVIRONMENT)
    report = RunReport(run_id="run", version="test")
    return SyncRun(context=context, report=report, confirm=lambda _: None)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """A file with nothing in it."""
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    opened = open_warehouse("duckdb", {"path": str(tmp_path / "empty.duckdb")}, tmp_path, wait=0)
    yield opened
    opened.close()


MADE: dict[str, Callable[[], object]] = {
    "batch": lambda: batch_of(Operation.UPSERT, [WHO]),
    "halves": lambda: batch_of(Operation.UPSERT, [WHO, WHO]).split(may_be_duplicate=True),
    "answers": lambda: answers_of([WHO], Outcome.REJECTED, code="x", message=WHO),
    "contacts request": lambda: contacts_request("list", batch_of(Operation.UPSERT, [WHO])),
    "archive request": lambda: contacts_request("list", batch_of(Operation.ARCHIVE, [WHO])),
    "membership request": lambda: membership_request(
        "l", 1, batch_of(Operation.SEGMENT_ADD, [WHO])
    ),
    "response": lambda: response(PROBLEM, status=400),
    "refusal": lambda: error_for(response(PROBLEM, status=400)),
    "credentials": lambda: credentials("default", ENVIRONMENT),
    "audience": audience,
    "settings": Settings,
}


@pytest.mark.parametrize("name", MADE)
def test_an_object_of_a_run_shows_neither_key_nor_address(name: str) -> None:
    made = MADE[name]()
    assert made is not None
    assert told(f"{made!r} {made!s} {[made]} {vars_of(made)}") == []


def test_a_run_itself_does_not_show_its_environment(warehouse: Warehouse) -> None:
    assert told(repr(run_of(warehouse))) == []


async def test_a_client_and_its_parts_show_no_key() -> None:
    async with client() as mailchimp:
        assert told(repr(mailchimp) + repr(vars(mailchimp))) == []


def vars_of(made: object) -> str:
    """What a debugger of ours would list first: the exceptions' arguments."""
    return repr(getattr(made, "args", ""))


async def failed(url: str, request: Request, *, answer_seconds: float = 5.0) -> LoaderError:
    """What a request ends with that cannot go well."""
    retry_policy = FakeTime().retry_policy(10.0, answer_seconds)
    async with client(url, retry_policy=retry_policy) as mailchimp:
        with pytest.raises(LoaderError) as raised:
            await mailchimp.request(request, lambda answer: answer, tries=3)
    return raised.value


def whole(error: BaseException) -> str:
    """Everything that a traceback, a log line or a debugger shows of an error."""
    return "".join(traceback.format_exception(error)) + repr(error) + str(error)


@asynccontextmanager
async def answering(raw: bytes) -> AsyncIterator[str]:
    """A server that says this to everybody; the address of it."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/3.0"


def problem(body: bytes, status: str = "400 Bad Request", headers: str = "") -> bytes:
    """An answer as it is on the wire."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


ECHO = f'{{"title":"Invalid Resource","detail":"{WHO}"}}'.encode()
ANSWERS = {
    "a refusal that names somebody": problem(ECHO),
    "a page that names somebody": problem(f"<h1>{WHO}</h1>".encode(), "503 Away"),
    "a header that repeats the key": problem(b"{}", "401 No", f"Authorization: {KEY}\r\n"),
    "a header that is none": b"HTTP/1.1 200 OK\r\n" + f"{WHO} {KEY}\r\n\r\n".encode(),
    "a status that is none": f"HTTP/1.1 {WHO} {KEY}\r\n\r\n".encode(),
    "half an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + WHO.encode(),
    "nothing": b"",
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_error_and_all_that_led_to_it_shows_neither(name: str) -> None:
    async with answering(ANSWERS[name]) as url:
        error = await failed(url, contacts_request("list", batch_of(Operation.UPSERT, [WHO])))
    assert told(whole(error)) == []
    assert not isinstance(error, RequestRejected) or told(error.detail) == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/3.0", "https://nowhere.invalid/3.0"])
async def test_an_address_at_which_nobody_answers_shows_neither(url: str) -> None:
    error = await failed(url, contacts_request("list", batch_of(Operation.ARCHIVE, [WHO])))
    assert told(whole(error)) == []


async def test_a_silence_shows_neither(sandbox: SandboxProcess) -> None:
    sandbox.faults({"kind": "hang", "rate": 1.0})
    request = contacts_request(sandbox.new_list(), batch_of(Operation.UPSERT, [WHO]))
    error = await failed(sandbox.url, request, answer_seconds=0.2)
    assert told(whole(error)) == []


def test_an_answer_that_cannot_be_read_shows_neither() -> None:
    batch = batch_of(Operation.UPSERT, [WHO])
    body = f'{{"new_members": "{WHO}"}}'.encode()
    from_somebody = Response(request=contacts_request("list", batch), status=200, body=body)
    with pytest.raises(LoaderError) as raised:
        contacts_answers(batch, from_somebody)
    assert told(whole(raised.value)) == []


async def test_what_the_warehouse_says_of_a_value_is_not_repeated(warehouse: Warehouse) -> None:
    with pytest.raises(LoaderError) as raised:
        await warehouse.execute(f"select cast('{WHO}' as integer)")
    assert told(str(raised.value) + repr(raised.value)) == []


async def test_the_cause_of_what_the_warehouse_says_is_not_repeated_either(
    warehouse: Warehouse,
) -> None:
    with pytest.raises(LoaderError) as raised:
        await warehouse.execute(f"select cast('{WHO}' as integer)")
    assert told(whole(raised.value)) == []
