"""How many calls many contacts need: bulk calls, and single ones only where there is no other."""

from typing import NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

PEOPLE = 3_000  # more than the warehouse hands out at a time
FULL = 500  # contacts of one call
TABLE = """
drop table if exists people; create table people as
select
    'p' || range as person_id,
    'person' || range || '@shop.de' as email_address,
    {day} as day,
    array['Always', 'Day {day}', 'Group ' || ({day} % 2)] as tags
from generate_series(0, {last}) as numbers(range)
"""
CONTACTS = "POST /lists/{list_id}"
MEMBERSHIPS = "POST /lists/{list_id}/segments/{segment_id}"
SINGLE = "PATCH /lists/{list_id}/members/{subscriber_hash}"
MADE = {"POST /lists/{list_id}/merge-fields", "POST /lists/{list_id}/segments"}


RICH = """
drop table if exists rich_people; create table rich_people as
select
    'p' || range as person_id,
    'person' || range || '@shop.de' as email_address,
    true as email_ok,
    array['Tag'] as tags,
    ADDRESS as address,
    LOCATION as location,
    true as vip,
    'de' as language
from generate_series(0, 11) as numbers(range)
"""
RICH_AUDIENCE = (
    "select person_id, email_address, tags, address, location, vip, language,"
    " PERMISSIONS as marketing_permissions,"
    " true as marketing_consent from rich_people"
)
A_DAY = (
    "update rich_people set email_address = 'new' || email_address where person_id < 'p100'",
    "update rich_people set email_ok = false where person_id in ('p4', 'p5')",
    "delete from rich_people where person_id = 'p6'",
)


class Writes(NamedTuple):
    """What each of two syncs writes, for many people, and for a few with everything."""

    many: list[dict[str, int]]
    rich: list[dict[str, int]]


@pytest.fixture(scope="module")
def writes(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Writes:
    """Everybody is new, and then many changed, with two of three tags, and a few otherwise."""
    shop, rich = Shop(tmp_path_factory.mktemp("many"), dbt, sandbox), sandbox.new_list()
    sandbox.control("PUT", f"/lists/{rich}", {"marketing_permissions": ["Email"]})
    shop.audience("many", "select *, true as marketing_consent from people")
    email = shop.struct({"Email": "email_ok"})
    shop.audience(
        "rich",
        RICH_AUDIENCE.replace("PERMISSIONS", email),
        list_id=rich,
        on_leave="archive",
        segment="Readers",
    )
    found = Writes([], [])
    home = {"addr1": "'1 Main'", "city": "'B'", "state": "'BE'", "zip": "'1'"}
    there = {"latitude": "1.5", "longitude": "2.5"}
    all_rich = RICH.replace("ADDRESS", shop.struct(home, "varchar")).replace(
        "LOCATION", shop.struct(there, "double precision")
    )
    for day, statements in enumerate(([all_rich], A_DAY), start=1):
        shop.sql(TABLE.format(day=day, last=PEOPLE - 1), *statements)
        shop.dbt("run")
        for audience, counted in found._asdict().items():
            shop.forget_requests()
            shop.sync("--allow-leaves", "--select", audience)  # everybody loses a tag
            counted.append(shop.writes())
    return found


@pytest.mark.parametrize("day", [0, 1], ids=["new", "changed"])
def test_contacts_need_a_call_for_five_hundred_and_never_one_each(writes: Writes, day: int) -> None:
    assert writes.many[day][CONTACTS] == PEOPLE // FULL
    assert set(writes.many[day]) - MADE == {CONTACTS, MEMBERSHIPS}


@pytest.mark.parametrize(("day", "changed_tags"), [(0, 3), (1, 4)], ids=["new", "changed"])
def test_tags_need_a_call_for_five_hundred_of_each_tag_that_changed(
    writes: Writes, day: int, changed_tags: int
) -> None:
    assert writes.many[day][MEMBERSHIPS] == changed_tags * PEOPLE // FULL


def test_addresses_permissions_and_archives_are_the_only_single_calls(writes: Writes) -> None:
    assert writes.rich[1] == {
        SINGLE: 3 + 2,  # p0, p1 and p10 moved, p4 and p5 have other permissions
        "DELETE /lists/{list_id}/members/{subscriber_hash}": 1,
        MEMBERSHIPS: 2,
    }
