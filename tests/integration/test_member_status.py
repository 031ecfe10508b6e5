"""What a list shows arrives in the warehouse: everybody once, and later only what changed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from fakes import client, make_tables
from loader.concurrency import Slot
from loader.extract.member_status import archived_since, sync_member_status
from loader.mailchimp.transport.client import connected
from loader.model.errors import Interrupted
from loader.model.settings import Credentials, RetryPolicy
from loader.warehouse.base import Warehouse
from loader.warehouse.staging import StagedStatuses
from sandbox_process import SandboxProcess
from warehouses.database import Databases

STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MANY = 2_500

Meddle = Callable[[int], None]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def list_id(sandbox: SandboxProcess) -> str:
    return sandbox.new_list()


@pytest.fixture
def warehouse(tmp_path: Path, databases: Databases) -> Iterator[Warehouse]:
    database = databases.new(tmp_path)
    with database.session() as session:
        make_tables(session)
    opened = database.open()
    yield opened
    opened.close()


def contact(number: int, status: str | None = None) -> dict[str, str]:
    """A contact that changed long ago, each a second after the one before."""
    return {
        "email_address": f"{number:05}@shop.de",
        "status": status or STATUSES[number % len(STATUSES)],
        "last_changed": (LONG_AGO + timedelta(seconds=number)).isoformat(),
    }


def changed(number: int, status: str) -> dict[str, str]:
    """A contact that changes now."""
    return {"email_address": f"{number:05}@shop.de", "status": status}


def nobody(_: int) -> None:
    """Leave the list alone."""


async def refresh(
    sandbox: SandboxProcess,
    warehouse: Warehouse,
    list_id: str,
    *,
    workers: int = 4,
    meddle: Meddle = nobody,
    stopping: asyncio.Event | None = None,
) -> int:
    """Read the list; `meddle` may change it before each request, which it knows by its number."""
    requests = 0

    @asynccontextmanager
    async def turn() -> AsyncIterator[Slot]:
        nonlocal requests
        requests += 1
        meddle(requests)
        yield Slot()

    async with connected(
        Credentials(base_url=sandbox.url, token=sandbox.key),
        acquire=turn,
        connections=workers,
        retry_policy=RetryPolicy(retry_seconds=5),
        stopping=asyncio.Event(),
    ) as opened:
        return await sync_member_status(
            opened,
            StagedStatuses(warehouse, list_id),
            list_id,
            workers=workers,
            stopping=stopping or asyncio.Event(),
        )


async def known(warehouse: Warehouse, list_id: str) -> dict[str, str]:
    """The status of each contact; a contact that is there twice is an error."""
    query = f"select email_address, status from mailchimp_members where list_id = '{list_id}'"
    found = await warehouse.fetch(query)
    statuses = {row["email_address"]: row["status"] for row in found}
    assert len(statuses) == len(found)
    return statuses


def shown(sandbox: SandboxProcess, list_id: str) -> dict[str, str]:
    """What the list has in truth."""
    return {row["email_address"].lower(): row["status"] for row in sandbox.members(list_id)}


@pytest.mark.parametrize("workers", [1, 10])
async def test_everybody_on_a_list_arrives_once_with_the_status_also_the_archived(
    sandbox: SandboxProcess, list_id: str, warehouse: Warehouse, workers: int
) -> None:
    sandbox.put(list_id, *(contact(number) for number in range(MANY)))
    assert await refresh(sandbox, warehouse, list_id, workers=workers) == MANY
    assert await known(warehouse, list_id) == shown(sandbox, list_id)


async def test_more_than_a_page_of_archived_contacts_arrives(
    sandbox: SandboxProcess, list_id: str, warehouse: Warehouse
) -> None:
    sandbox.put(list_id, *(contact(number, "archived") for number in range(MANY)))
    assert await refresh(sandbox, warehouse, list_id) == MANY
    assert await known(warehouse, list_id) == shown(sandbox, list_id)


async def test_a_list_without_contacts_has_none(
    sandbox: SandboxProcess, list_id: str, warehouse: Warehouse
) -> None:
    assert await refresh(sandbox, warehouse, list_id) == 0
    assert await StagedStatuses(warehouse, list_id).mark() == (None, 0)


async def test_the_next_read_asks_only_for_what_changed(
    sandbox: SandboxProcess, list_id: str, warehouse: Warehouse
) -> None:
    sandbox.put(list_id, *(contact(number) for number in range(MANY)))
    await refresh(sandbox, warehouse, list_id)
    sandbox.control("POST", "/clock", {"advance": 3_600})
    sandbox.put(list_id, changed(0, "cleaned"), changed(1, "archived"), changed(9_999, "pending"))
    before = sandbox.requests()["total"]
    assert await refresh(sandbox, warehouse, list_id) == MANY + 1
    assert sandbox.requests()["total"] - before == 2
    assert await known(warehouse, list_id) == shown(sandbox, list_id)
    latest = (
        "select email_address from mailchimp_members"
        " where read_at = (select max(read_at) from mailchimp_members)"
    )
    assert {row["email_address"] for row in await warehouse.fetch(latest)} == {
        "00000@shop.de",
        "00001@shop.de",
        "09999@shop.de",
    }


@pytest.mark.parametrize("days_ahead", [0, 1])  # of its clock, which went back since then
async def test_what_changed_in_the_very_second_of_the_last_read_is_read_again(
    sandbox: SandboxProcess, list_id: str, warehouse: Warehouse, days_ahead: int
) -> None:
    sandbox.put(list_id, contact(0, "subscribed"))
    await refresh(sandbox, warehouse, list_id)
    mark, _ = await StagedStatuses(warehouse, list_id).mark()
    assert mark is not None
    same_second = mark.replace(tzinfo=UTC).isoformat()
    ahead = f"update mailchimp_members set read_at = read_at + interval '{days_ahead} days'"
    await warehouse.execute(ahead)
    sandbox.put(list_id, contact(0, "unsubscribed") | {"last_changed": same_second})
    await refresh(sandbox, warehouse, list_id)
    assert await known(warehouse, list_id) == {"00000@shop.de": "unsubscribed"}


async def test_a_read_begins_when_its_first_page_is_asked_for_and_not_when_it_is_answered(
    sandbox: SandboxProcess, list_id: str, warehouse: Warehouse
) -> None:
    members = StagedStatuses(warehouse, list_id)
    sandbox.put(list_id, contact(0, "subscribed"))
    await refresh(sandbox, warehouse, list_id)
    quick, _ = await members.mark()
    sandbox.put(list_id, changed(0, "cleaned"))
    minutes = count(0.0, 60.0)
    slowly = RetryPolicy(retry_seconds=3_600, clock=lambda: next(minutes))
    async with client(sandbox.url, sandbox.key, retry_policy=slowly) as slow:
        await sync_member_status(slow, members, list_id, workers=1, stopping=asyncio.Event())
    late, _ = await members.mark()
    assert quick is not None
    assert late is not None
    assert late <= quick - timedelta(seconds=50)


async def test_an_address_is_one_contact_in_any_letter_case(
    sandbox: SandboxProcess, list_id: str, warehouse: Warehouse
) -> None:
    sandbox.put(list_id, {"email_address": "Anna.Bell@Shop.DE", "status": "subscribed"})
    await refresh(sandbox, warehouse, list_id)
    sandbox.put(list_id, {"email_address": "ANNA.bell@shop.de", "status": "cleaned"})
    await refresh(sandbox, warehouse, list_id)
    assert await known(warehouse, list_id) == {"anna.bell@shop.de": "cleaned"}


async def test_the_contacts_of_other_lists_stay_as_they_are(
    sandbox: SandboxProcess, list_id: str, warehouse: Warehouse
) -> None:
    other = sandbox.new_list()
    sandbox.put(other, contact(0, "subscribed"))
    sandbox.put(list_id, contact(0, "cleaned"))
    await refresh(sandbox, warehouse, other)
    await refresh(sandbox, warehouse, list_id)
    assert await known(warehouse, other) == {"00000@shop.de": "subscribed"}


async def test_a_read_that_is_asked_to_stop_leaves_table_and_mark_as_they_were(
    sandbox: SandboxProcess, list_id: str, warehouse: Warehouse
) -> None:
    sandbox.put(list_id, *(contact(number) for number in range(10)))
    await refresh(sandbox, warehouse, list_id)
    before = (await known(warehouse, list_id), await StagedStatuses(warehouse, list_id).mark())
    sandbox.control("POST", "/clock", {"advance": 60})
    sandbox.put(list_id, *(changed(number, "cleaned") for number in range(MANY)))
    stopping = asyncio.Event()

    def stop_at_the_third(number: int) -> None:
        if number == 3:
            stopping.set()

    with pytest.raises(Interrupted):
        await refresh(sandbox, warehouse, list_id, meddle=stop_at_the_third, stopping=stopping)
    after = (await known(warehouse, list_id), await StagedStatuses(warehouse, list_id).mark())
    assert after == before
    await refresh(sandbox, warehouse, list_id)
    assert await known(warehouse, list_id) == shown(sandbox, list_id)


@pytest.mark.parametrize("at_request", [2, 3, 4])
@pytest.mark.parametrize("moving", [40, 300])
async def test_nobody_is_missed_when_contacts_change_while_the_pages_are_read(
    sandbox: SandboxProcess, list_id: str, warehouse: Warehouse, moving: int, at_request: int
) -> None:
    sandbox.put(list_id, *(contact(number, "subscribed") for number in range(MANY)))
    sandbox.control("POST", "/clock", {"advance": 60})

    def meddle(number: int) -> None:
        if number == at_request:
            sandbox.put(list_id, *(changed(one, "unsubscribed") for one in range(moving)))

    await refresh(sandbox, warehouse, list_id, workers=1, meddle=meddle)
    assert set(await known(warehouse, list_id)) == set(shown(sandbox, list_id))
    await refresh(sandbox, warehouse, list_id)
    assert await known(warehouse, list_id) == shown(sandbox, list_id)


async def test_a_few_who_change_meanwhile_are_no_reason_to_read_again(
    sandbox: SandboxProcess, list_id: str, warehouse: Warehouse
) -> None:
    sandbox.put(list_id, *(contact(number, "subscribed") for number in range(MANY)))
    sandbox.control("POST", "/clock", {"advance": 60})
    requests = 0

    def meddle(number: int) -> None:
        nonlocal requests
        requests = number
        if number == 3:
            sandbox.put(list_id, *(changed(one, "unsubscribed") for one in range(40)))

    await refresh(sandbox, warehouse, list_id, workers=1, meddle=meddle)
    assert requests == 4
    assert set(await known(warehouse, list_id)) == set(shown(sandbox, list_id))


@pytest.mark.parametrize("at_request", [2, 3, 4])
async def test_nobody_is_missed_when_contacts_are_deleted_while_the_pages_are_read(
    sandbox: SandboxProcess, list_id: str, warehouse: Warehouse, at_request: int
) -> None:
    sandbox.put(list_id, *(contact(number, "subscribed") for number in range(MANY)))

    def meddle(number: int) -> None:
        if number == at_request:
            gone = [contact(one, "subscribed")["email_address"] for one in range(300)]
            sandbox.control("DELETE", f"/lists/{list_id}/members", {"addresses": gone})

    await refresh(sandbox, warehouse, list_id, workers=1, meddle=meddle)
    assert set(shown(sandbox, list_id)) <= set(await known(warehouse, list_id))


async def test_who_was_archived_in_the_very_second_of_the_last_read_is_found(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.put(list_id, contact(0, "archived"), contact(1, "subscribed"))
    async with client(sandbox.url, sandbox.key) as opened:
        since = LONG_AGO.replace(tzinfo=None)
        found = await archived_since(opened, list_id, since, workers=1)
    assert found.to_pylist() == ["00000@shop.de"]
