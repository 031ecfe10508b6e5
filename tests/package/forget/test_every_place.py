"""Every command has run, some were killed: `loader forget` leaves nothing of a person anywhere."""

import asyncio
from hashlib import md5

import pyarrow as pa
import pytest

from command_line import outside
from dbt_process import DbtProcess
from loader.model.settings import utc_now
from loader.warehouse.staging import StagedStatuses
from loader_process import begun
from responses.pulled import campaign, pull
from sandbox_process import SandboxProcess
from shop import Shop
from tests.package.forget.every_file import files_with, walk

ADA, OLD, BOB = "ada@needle.example.com", "ada@oldneedle.example.com", "bob@people.example.com"
NAME, ID, CITY = "Adaneedle", "id-needle-77", "Needleham"
KEYLESS = "id-needle-78"
PEOPLE = f"""
    create table people as select * from (values
        ('{OLD}', '{ID}', '{NAME}', '{CITY}'), ('{BOB}', 'p2', 'Bob', 'Bonn'),
        (null, '{KEYLESS}', 'Needlenobody', 'Bonn')
    ) as people (email_address, person_id, fname, city)
"""
SELECT = "select *, true as marketing_consent, array['Needletag'] as tags from people"
TRACES = (ADA, OLD, NAME, ID, CITY, KEYLESS, "Needlenobody")
OTHERS = {"people"}  # tables of the shop itself


def kill(shop: Shop, command: tuple[str, ...], path: str, at: int) -> None:
    """Kill a command while it waits for the answer to its n-th reading of a path."""
    fault = {"kind": "slow", "at": at, "method": "GET", "path": path, "writes": False}
    shop.sandbox.faults(fault | {"seconds": 600})
    with begun(shop, "--connections", "1", command=command) as running:
        met = running.meet(lambda: shop.sandbox.control("GET", "/faults")["faults"][0]["fired"] > 0)
        running.kill()
    shop.sandbox.faults()
    assert met


async def read_half(shop: Shop) -> None:
    """Read a page of a list as a sync does, and end there as if killed."""
    warehouse = shop.database.open()
    members = StagedStatuses(warehouse, shop.list_id)
    await members.begin()
    moment = pa.array([None], pa.timestamp("us"))
    texts = [pa.array([one]) for one in (ADA, "subscribed")]
    page = pa.record_batch(
        [*texts, moment, pa.array(["c1"])],
        ["email_address", "status", "last_changed", "contact_id"],
    )
    await members.add(page, read_at=utc_now(), position=0)
    warehouse.close()


def is_sent_and_moves(shop: Shop) -> None:
    """Ada is sent by two audiences, and her address changes."""
    shop.sql(PEOPLE)
    shop.audience("readers", SELECT, segment="Readers", on_leave="archive")
    shop.audience("others", SELECT.replace("fname", "fname || '2' as fname"), contacts="none")
    shop.dbt("run")
    shop.sync("--allow-first-sync")
    shop.sql(f"update people set email_address = '{ADA}' where person_id = '{ID}'")
    shop.dbt("run")
    shop.loader("plan", "--sample", "5")
    shop.sync()


def is_pulled(shop: Shop) -> set[str]:
    """What she did is pulled, not at the first time; copies of what killed reads have left."""
    first = campaign(shop, "first", "2026-05-01T09:00:00+00:00")
    clicked = {"email_address": ADA, "action": "click", "url": f"https://x.de/?mail={ADA}"}
    shop.sandbox.control("POST", f"/campaigns/{first}/events", {"events": [clicked]})
    command = ("pull", "--select", shop.list_id)
    kill(shop, command, "/reports/{campaign_id}/unsubscribed", 1)
    kill(shop, (*command, "--full"), "/lists/{list_id}/members", 4)
    asyncio.run(read_half(shop))
    pages = {table.name for table in walk(shop) if ADA in table.text and "_read_" in table.name}
    shop.sql(*(f"create table kept_{name} as select * from {name}" for name in pages))
    pull(shop)
    return pages


def is_verified_and_leaves(shop: Shop) -> None:
    """Somebody changes her contact in Mailchimp; then she is gone from the shop."""
    member = f"/lists/{shop.list_id}/members/{md5(ADA.encode()).hexdigest()}"  # noqa: S324 - Mailchimp's id
    shop.sandbox.must("PATCH", member, {"merge_fields": {"FNAME": f"{NAME}changed"}})
    shop.loader("verify", "--sample", "5")
    shop.loader("verify", "--repair")
    shop.sql(f"delete from people where person_id in ('{ID}', '{KEYLESS}')")
    shop.remove("others")
    shop.dbt("run")
    shop.loader("retire", "others")
    shop.sync()


@pytest.fixture(scope="module")
def used(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("everywhere"), dbt, sandbox)
    is_sent_and_moves(shop)
    pages = is_pulled(shop)
    assert len(pages) == 3
    is_verified_and_leaves(shop)
    for name in pages:  # the reads after the killed ones have removed what those had left
        shop.sql(
            f"drop table if exists {name}; create table {name} as select * from kept_{name}",
            f"drop table kept_{name}",
        )
    shop.keep()
    return shop


def test_every_table_that_anybody_writes_is_in_the_list_of_places(used: Shop) -> None:
    used.put_back()
    tables = {table.name for table in walk(used) if table.is_table and not table.is_known}
    assert tables == OTHERS


def test_nothing_of_a_person_is_left_in_any_table_view_or_file(used: Shop) -> None:
    used.put_back()
    shown = {table.name for table in walk(used) if ADA in table.text or OLD in table.text}
    assert shown >= {"readers__history", "loader_ledger", "loader_acks", "mailchimp_events"}
    contact = used.query(f"select * from mailchimp_members where email_address = '{ADA}'")[0]
    hashes = used.query(
        "select distinct payload_hash, dbt_scd_id from readers__history"
        f" where person_id in ('{ID}', '{KEYLESS}')"
    )
    traces = {
        *TRACES,
        str(contact["contact_id"]),
        *(row[name] for row in hashes for name in ("payload_hash", "dbt_scd_id")),
        *(md5(one.encode()).hexdigest() for one in (ADA, OLD)),  # noqa: S324 - Mailchimp's id
    }
    ended = outside(used.folder, ("forget",), {}, typed=f"{OLD}\n{KEYLESS}\n")
    assert (ended.exit_code, "Erased 2 people" in ended.out) == (0, True), ended.output
    left = {table.name: one for table in walk(used) for one in traces if one in table.text}
    assert left == {}
    assert files_with(used, *traces) - {"models/readers.sql"} <= in_dbt_s_own_folders(used)
    assert BOB in str(used.query("select * from readers__history"))
    used.dbt("run")
    used.sync("--allow-first-sync")


def in_dbt_s_own_folders(shop: Shop) -> set[str]:
    """The files in dbt's target and logs, which the command names as out of reach."""
    return {
        path.relative_to(shop.folder).as_posix()
        for name in ("target", "logs")
        for path in (shop.folder / name).rglob("*")
        if path.name != "loader_run_results.json"
    }
