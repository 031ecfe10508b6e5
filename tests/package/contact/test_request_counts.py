"""How many calls many contacts need: bulk calls, and single ones only where there is no other."""

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

PEOPLE = 10_000
FULL = 500  # contacts of one call
TABLE = """
create or replace table people as
select
    'p' || range as person_id,
    'person' || range || '@shop.de' as email_address,
    {day} as day,
    ['Always', 'Day {day}', 'Group ' || ({day} % 2)] as tags
from range({people})
"""
CONTACTS = "POST /lists/{list_id}"
MEMBERSHIPS = "POST /lists/{list_id}/segments/{segment_id}"
SINGLE = "PATCH /lists/{list_id}/members/{subscriber_hash}"
MADE = {"POST /lists/{list_id}/merge-fields", "POST /lists/{list_id}/segments"}


RICH = """
create table people as
select
    'p' || range as person_id,
    'person' || range || '@shop.de' as email_address,
    true as email_ok,
    ['Tag'] as tags,
    {'addr1': '1 Main', 'city': 'B', 'state': 'BE', 'zip': '1'} as address,
    {'latitude': 1.5, 'longitude': 2.5} as location,
    true as vip,
    'de' as language
from range(600)
"""
RICH_AUDIENCE = (
    "select * exclude (email_ok), {'Email': email_ok} as marketing_permissions,"
    " true as marketing_consent from people"
)
A_DAY = (
    "update people set email_address = 'new' || email_address where person_id < 'p100'",
    "update people set email_ok = false where person_id in ('p4', 'p5')",
    "delete from people where person_id = 'p6'",
)


@pytest.fixture(scope="module")
def writes(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> list[dict[str, int]]:
    """What two syncs write: everybody is new, and then everybody changed with two of three tags."""
    shop = Shop(tmp_path_factory.mktemp("many"), dbt, sandbox)
    shop.audience("many", "select *, true as marketing_consent from people")
    found = []
    for day in (1, 2):
        shop.sql(TABLE.format(day=day, people=PEOPLE))
        shop.dbt("run")
        shop.forget_requests()
        shop.sync()
        found.append(shop.writes())
    return found


@pytest.mark.parametrize("day", [0, 1], ids=["new", "changed"])
def test_contacts_need_a_call_for_five_hundred_and_never_one_each(
    writes: list[dict[str, int]], day: int
) -> None:
    assert writes[day][CONTACTS] == PEOPLE // FULL
    assert set(writes[day]) - MADE == {CONTACTS, MEMBERSHIPS}


@pytest.mark.parametrize(("day", "changed_tags"), [(0, 3), (1, 4)], ids=["new", "changed"])
def test_tags_need_a_call_for_five_hundred_of_each_tag_that_changed(
    writes: list[dict[str, int]], day: int, changed_tags: int
) -> None:
    assert writes[day][MEMBERSHIPS] == changed_tags * PEOPLE // FULL


def test_addresses_permissions_and_archives_are_the_only_single_calls(shop: Shop) -> None:
    shop.sandbox.control("PUT", f"/lists/{shop.list_id}", {"marketing_permissions": ["Email"]})
    shop.sql(RICH)
    shop.audience("people_sent", RICH_AUDIENCE, on_leave="archive", segment="Readers")
    shop.dbt("run")
    shop.sync()
    shop.sql(*A_DAY)
    shop.dbt("run")
    shop.forget_requests()
    shop.sync()
    assert shop.writes() == {
        SINGLE: 3 + 2,  # p0, p1 and p10 moved, p4 and p5 have other permissions
        "DELETE /lists/{list_id}/members/{subscriber_hash}": 1,
        MEMBERSHIPS: 2,
    }
