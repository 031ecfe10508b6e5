"""Small real implementations that stand in for Mailchimp, the warehouse and dbt."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Protocol

import orjson
import pyarrow as pa

from fake_time import FakeTime
from loader.concurrency import AdaptiveLimiter
from loader.mailchimp.batch_results import uniform_result
from loader.mailchimp.http import Request, Response
from loader.mailchimp.transport.client import Client, connected
from loader.model.audience import Audience, MergeField
from loader.model.batch import Batch, BatchResult, Operation, Outcome
from loader.model.errors import WarehouseError
from loader.model.plan_counts import PlanCounts, PlannedRows
from loader.model.reasons import said
from loader.model.settings import Credentials, RetryPolicy
from loader.warehouse.contract import TYPES, shared_tables

KEY = "0123456789abcdef-us1"
URL = "https://us1.api.mailchimp.com/3.0"

ROWS = pa.schema(
    [
        ("audience", pa.string()),
        ("email_address", pa.string()),
        ("person_id", pa.string()),
        ("payload_hash", pa.string()),
        ("marketing_permissions", pa.string()),
        ("current_email", pa.string()),
        ("maintained_status", pa.string()),
        ("last_changed", pa.timestamp("us")),
        ("body", pa.string()),
    ]
)
COLUMN_TYPES = {kind: name for name, kind in TYPES.items()}
AUDIENCE = Audience(
    name="newsletter",
    path="models/audiences/newsletter.sql",
    tags=("daily", "marketing"),
    enabled=True,
    status="success",
    failed_tests=(),
    history='"main"."newsletter__history"',
    delta='"main"."newsletter__delta"',
    list_id="f00dcafe01",
    contacts="upsert",
    segment=None,
    on_leave="keep",
    status_if_new="subscribed",
    merge_fields=(MergeField(tag="FNAME", kind="text", type="text", name="Fname"),),
    missing_merge_fields="create",
    interests=(),
    permissions=(),
    has_tags=False,
    schedule=None,
    timezone="UTC",
    max_leave="20%",
    account="default",
    adopt=False,
    mirror=False,
    targets=(),
)


def audience(**changes: Any) -> Audience:  # noqa: ANN401 - whatever the field holds
    """An audience that could be sent, but for the changes."""
    return replace(AUDIENCE, **changes)


def plan(*rows: PlannedRows, **numbers: Any) -> PlanCounts:  # noqa: ANN401 - numbers and a truth
    """A plan for people of whom a hundred were sent before, but for the changes."""
    values = {"leaving": 0, "withdrawing": 0, "sent": 100, "is_first": False, **numbers}
    return PlanCounts(rows=rows, **values)


def rows_of(
    bodies: Mapping[str, str],
    maintained_status: str = "subscribed",
    changed: datetime | None = None,
) -> pa.RecordBatch:
    """Rows of a delta: the text that each address brings to the request."""
    columns = [
        pa.repeat(pa.scalar("people"), len(bodies)),
        pa.array(list(bodies), pa.string()),
        pa.array([f"person of {address}" for address in bodies], pa.string()),
        pa.array([f"hash of {address}" for address in bodies], pa.string()),
        pa.nulls(len(bodies), pa.string()),
        pa.array(list(bodies), pa.string()),
        pa.repeat(pa.scalar(maintained_status), len(bodies)),
        pa.repeat(pa.scalar(changed, pa.timestamp("us")), len(bodies)),
        pa.array(list(bodies.values()), pa.string()),
    ]
    return pa.record_batch(columns, schema=ROWS)


def batch_of(
    route: Operation,
    addresses: Iterable[str],
    maintained_status: str = "subscribed",
    changed: datetime | None = None,
) -> Batch:
    """A batch as the warehouse would give it for these addresses."""
    quoted = {address: orjson.dumps(address).decode() for address in addresses}
    if not route.is_membership and route is not Operation.ARCHIVE:
        quoted = {key: f'{{"email_address":{text}}}' for key, text in quoted.items()}
    bodies = {key: text + "," for key, text in quoted.items()}
    return Batch(route=route, rows=rows_of(bodies, maintained_status, changed))


def answers_of(
    addresses: Iterable[str],
    outcome: Outcome = Outcome.ACCEPTED,
    **more: Any,  # noqa: ANN401 - passed on
) -> BatchResult:
    """The same outcome for each of these contacts."""
    return uniform_result(batch_of(Operation.UPSERT, addresses), outcome, **more)


ASKED = Request(method="GET", path="/lists/f00d", params={"count": "1000", "offset": "0"})


def response(
    content: object, *, status: int = 200, date: str | None = None, to: Request = ASKED
) -> Response:
    """An answer: bytes as they are, anything else as JSON."""
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    return Response(request=to, status=status, body=body, date=date)


def contacts_answer(**said: object) -> dict[str, Any]:
    """What `POST /lists/f00d` is answered with, when nothing else is said."""
    arrays: dict[str, Any] = {name: [] for name in ("new_members", "updated_members", "errors")}
    return {**arrays, "total_created": 0, "total_updated": 0, "error_count": 0, **said}


def memberships_answer(**said: object) -> dict[str, Any]:
    """What `POST /lists/f00d/segments/42` is answered with, when nothing else is said."""
    arrays: dict[str, Any] = {name: [] for name in ("members_added", "members_removed", "errors")}
    return {**arrays, "total_added": 0, "total_removed": 0, "error_count": 0, **said}


def member(address: str, status: str = "subscribed") -> dict[str, Any]:
    """A contact as the answers to writes show it."""
    return {"email_address": address, "status": status, "list_id": "f00d"}


def outcomes(answers: BatchResult) -> dict[str, tuple[str, str | None]]:
    """Outcome and reason by address."""
    return {
        row["email_address"]: (row["outcome"], reason_of(row)) for row in answers.rows.to_pylist()
    }


def reason_of(row: Mapping[str, Any]) -> str | None:
    """Why a row ended so: of a refusal what Mailchimp calls it, else the sentence of the code."""
    if row["mailchimp_code"] is not None:
        return str(row["mailchimp_code"])
    return said(row["reason_code"], row["message"]) or None


class Executing(Protocol):
    """What runs a statement: a connection to DuckDB, or a session of any warehouse."""

    def execute(self, text: str, /) -> object:
        """Run it."""
        ...


def make_tables(connection: Executing, schema: str = "main") -> None:
    """The loader's tables, as dbt makes them before the first audience."""
    for name, columns in shared_tables().items():
        described = ", ".join(f'"{one.name}" {COLUMN_TYPES[one.type]}' for one in columns)
        connection.execute(f'create table "{schema}"."{name}" ({described})')


async def given(*items: Any) -> AsyncIterator[Any]:  # noqa: ANN401 - anything can be streamed
    """A source that has these."""
    for item in items:
        yield item


class FakeMailchimp:
    """Answers when its gate is open, fails without waiting for that; knows how busy it was."""

    def __init__(self, *, fails: Mapping[int, Exception] | None = None) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.taken: list[int] = []
        self.in_flight = 0
        self.max_in_flight = 0
        self._fails = fails or {}

    async def send(self, item: int) -> AsyncGenerator[int, None]:
        """Take an item; its answer comes some turns of the event loop later, out of order."""
        self.taken.append(item)
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        for _ in range(1 + item % 3):
            await asyncio.sleep(0)
        if item not in self._fails:
            await self.gate.wait()
        self.in_flight -= 1
        if item in self._fails:
            raise self._fails[item]
        yield item


class FakeLedger:
    """Remembers what was recorded."""

    def __init__(self) -> None:
        self.recorded: list[int] = []

    async def record(self, item: int) -> None:
        """Take the answer; it is there some turns of the event loop later."""
        for _ in range(3):
            await asyncio.sleep(0)
        self.recorded.append(item)


class FakeTable:
    """A table that can be appended to: it refuses as often as it is told to."""

    def __init__(self, *, refusals: int = 0) -> None:
        self.appends: list[pa.Table] = []
        self._refusals = refusals

    async def append(self, table: pa.Table) -> None:
        """Take rows, or refuse them."""
        if self._refusals:
            self._refusals -= 1
            raise WarehouseError("The warehouse refused: disk full")
        self.appends.append(table)

    def column(self, name: str) -> list[Any]:
        """What arrived in a column."""
        return [value for table in self.appends for value in table.column(name).to_pylist()]


@asynccontextmanager
async def client(
    base_url: str = URL,
    key: str = KEY,
    *,
    connections: int = 10,
    width: AdaptiveLimiter | None = None,
    retry_policy: RetryPolicy | None = None,
    stopping: asyncio.Event | None = None,
) -> AsyncIterator[Client]:
    """A client of an account that may use ten connections."""
    async with connected(
        Credentials(base_url=base_url, token=key),
        acquire=(width or AdaptiveLimiter(10)).acquire,
        connections=connections,
        retry_policy=retry_policy or FakeTime().retry_policy(60.0),
        stopping=stopping or asyncio.Event(),
    ) as opened:
        yield opened


def http_date(moment: Any) -> str:  # noqa: ANN401 - a datetime with a zone
    """A moment as a Date header has it."""
    return format_datetime(moment, usegmt=True)
