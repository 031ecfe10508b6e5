"""Two audiences of one list that want different values for a field of one contact."""

from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

ADA, BOB, CAL, DAN, EVE, KIM, FAY = (
    f"{name}@people.example.com" for name in ("ada", "bob", "cal", "dan", "eve", "kim", "fay")
)
REASON = "readers and regulars want different values for FNAME"
PEOPLE = f"""
    create table people as select *, true as marketing_consent from (values
        ('{ADA}', 'Ada', 1), ('{BOB}', 'Bob', 2), ('{EVE}', 'Eve', 3), ('{CAL}', 'Cal', 4),
        ('{DAN}', 'Dan', 5)
    ) as people (email_address, fname, visits)
"""
OTHERS = f"""
    create table others as select *, true as marketing_consent from (values
        ('{ADA}', 'Ada', 'A'), ('{BOB}', 'Robert', 'B'), ('{KIM}', 'Kim', 'K'),
        ('{CAL}', 'Cal', 'C'), ('{DAN}', 'Dan', 'D')
    ) as others (email_address, fname, lname)
"""
MANY = [f"audience_{place}" for place in range(4)]  # one more than a reason names
BOTH = {"readers": "people", "regulars": "others"}
QUIET = f"select '{EVE}' as email_address, 'Evelyn' as fname, true as marketing_consent"


class Place(NamedTuple):
    """What stood at the end of a day: on one list, in `loader rejections` and between audiences."""

    members: dict[str, dict[str, Any]]
    invalid: list[tuple[Any, ...]]
    conflicts: list[dict[str, Any]]
    writes: dict[str, int]


class Days(NamedTuple):
    """Two audiences on four days, and another list on the first of them."""

    first: Place  # beside them is an audience that fills a segment only
    second: Place  # they begin to disagree about Cal
    third: Place  # they agree about him; of Dan, whom they disagree about, one has no consent
    fourth: Place  # one of them is gone
    many: Place


@pytest.fixture(scope="module")
def days(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Days:
    shop = Shop(tmp_path_factory.mktemp("conflicts"), dbt, sandbox)
    many = sandbox.new_list()
    shop.sql(PEOPLE, OTHERS)
    for name, table in BOTH.items():
        shop.audience(name, f"select * from {table}", segment=name)
    shop.audience("quiet", QUIET, contacts="none", segment="Quiet")
    disagree(shop, many)
    first = day(shop)
    elsewhere = place(shop, many, *MANY)
    for name in ("quiet", *MANY, "other_names"):
        shop.remove(name)
    shop.sql("update others set fname = 'Calvin' where lname = 'C'")
    second = day(shop)
    shop.sql(
        "update people set fname = 'Calvin' where fname = 'Cal'",
        "update people set fname = 'Daniel' where fname = 'Dan'",
        "update others set marketing_consent = false where lname = 'D'",
        f"insert into people values ('{FAY}', 'Fay', 6, true)",
        f"insert into others values ('{FAY}', repeat('x', 256), 'F', true)",
    )
    third = day(shop)
    shop.remove("regulars")
    return Days(first=first, second=second, third=third, fourth=day(shop), many=elsewhere)


def disagree(shop: Shop, list_id: str) -> None:
    """Audiences that disagree about one person, and one that says nothing of them."""
    shared = ", ".join(f"'{{place}}' as name_{letter}" for letter in "abcd")
    select = f"select '{BOB}' as email_address, true as marketing_consent"
    for place, name in enumerate(MANY):
        shop.audience(name, f"{select}, {shared.format(place=place)}", list_id=list_id)
    shop.audience("other_names", select, list_id=list_id)


def day(shop: Shop) -> Place:
    """Run dbt and the loader; what stands then on the list of the two."""
    shop.dbt("run")
    shop.forget_requests()
    shop.sync()
    return place(shop, shop.list_id, *BOTH)


def place(shop: Shop, list_id: str, *audiences: str) -> Place:
    """What stands on a list and of its audiences."""
    members = {one["email_address"]: one for one in shop.sandbox.members(list_id)}
    for one in members.values():
        one["merge_fields"] = {key: value for key, value in one["merge_fields"].items() if value}
    rejections = shop.rejections("audience", "email_address", "outcome", "reason")
    return Place(
        members,
        [row for row in rejections if row[0] in audiences],
        shop.query(f"select * from loader_conflicts where list_id = '{list_id}'"),
        shop.writes(),
    )


def fname(found: Place, address: str) -> str:
    return str(found.members[address]["merge_fields"]["FNAME"])


def test_a_contact_that_two_audiences_want_otherwise_is_invalid_in_both(days: Days) -> None:
    assert set(days.first.members) == {ADA, EVE, KIM, CAL, DAN}
    assert days.first.invalid == [
        ("readers", BOB, "invalid", REASON),
        ("regulars", BOB, "invalid", REASON),
    ]
    # where they agree, each fills what the other does not name
    fields = days.first.members[ADA]["merge_fields"]
    assert fields == {"FNAME": "Ada", "LNAME": "A", "VISITS": 1}


def test_a_conflict_keeps_what_was_there_and_ends_when_they_agree(days: Days) -> None:
    assert days.second.writes == {}
    assert fname(days.second, CAL) == "Cal"
    assert sorted(days.second.members[CAL]["tags"]) == ["readers", "regulars"]
    assert [row[:2] for row in days.second.invalid if row[1] == CAL] == [
        ("readers", CAL),
        ("regulars", CAL),
    ]
    assert fname(days.third, CAL) == "Calvin"
    assert [row for row in days.third.invalid if row[1] == CAL] == []


def test_who_refuses_in_one_of_them_is_no_conflict_and_is_unsubscribed(days: Days) -> None:
    assert days.second.members[DAN]["status"] == "subscribed"
    assert days.third.members[DAN]["status"] == "unsubscribed"


def test_a_value_that_cannot_be_sent_is_no_conflict_with_one_that_can(days: Days) -> None:
    assert fname(days.third, FAY) == "Fay"


def test_an_audience_that_is_gone_or_switched_off_wants_no_values(days: Days) -> None:
    assert len(days.third.conflicts) == 2
    assert days.fourth.conflicts == []
    assert fname(days.fourth, BOB) == "Bob"


def test_of_many_who_disagree_the_reason_names_a_few_and_each_is_invalid(days: Days) -> None:
    (reason,) = {row["reason"] for row in days.many.conflicts}
    assert reason == (
        "audience_0, audience_1, audience_2 and 1 more"
        " want different values for NAME_A, NAME_B, NAME_C and 1 more"
    )
    assert [row[0] for row in days.many.invalid] == MANY
    # who names no field has no part in it
    assert days.many.members[BOB]["merge_fields"] == {}


def test_what_an_audience_writes_to_no_contact_is_no_part_of_a_conflict(days: Days) -> None:
    assert {row["email_address"] for row in days.first.conflicts} == {BOB}
    assert fname(days.first, EVE) == "Eve"
