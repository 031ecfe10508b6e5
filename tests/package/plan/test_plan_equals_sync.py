"""A plan, and the sync that it announces: the same numbers, as Mailchimp counts them."""

import json
from collections import Counter
from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

COUNT = 1_100  # of whom a list has more than a page, and a sync more than two batches
PEOPLE = """
drop table if exists people; create table people as
select
    'p' || range as person_id,
    -- one in eleven has another address on the second day
    'person' || range || case when {day} = 2 and range % 11 = 0 then 'new' else '' end
    || '@shop.de' as email_address,
    case when {day} = 2 and range % 5 = 0 then 'changed' else 'first' end as word,
    case when range % 2 = 0 then array['Even'] else {none} end
    || case when range % 3 = {day} % 3 then array['Third'] else {none} end
    || array['Day' || {day}] as tags,
    -- only a write of its own can tell a permission, so that few have one
    case when range % 9 = 0 then {email} end as marketing_permissions,
    {sports} as interests,
    range % 13 <> 0 and not ({day} = 2 and range % 97 = 1) as marketing_consent
from generate_series(0, {last}) as numbers(range)
where {day} = 1 or range % 83 <> 2
union all
select 'nobody', null, 'first', {none}, null, null, true
union all
select 'bad', 'bad at shop.de', 'first', {none}, null, null, true
"""
STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "archived", "transactional")
GROUPS = [{"title": "News", "interests": ["Sports"]}]


class Day(NamedTuple):
    """What a plan said of the audiences, what the sync then did, and what the list shows."""

    plan: dict[str, dict[str, Any]]
    report: dict[str, dict[str, Any]]
    writes: dict[str, int]
    before: dict[str, dict[str, Any]]
    after: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def days(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> list[Day]:
    """Onto a list that has people in every status; after a day of changes; and once more."""
    shop = Shop(tmp_path_factory.mktemp("days"), dbt, sandbox)
    sandbox.control(
        "PUT",
        f"/lists/{shop.list_id}",
        {"interest_categories": GROUPS, "marketing_permissions": ["Email"]},
    )
    sandbox.put(
        shop.list_id,
        *(
            {
                "email_address": f"person{7 * place}@shop.de",
                "status": STATUSES[place % len(STATUSES)],
                "tags": ["Third"] if place % 2 else [],
            }
            for place in range(60)
        ),
    )
    write_audiences(shop)
    found: list[Day] = []
    for day in (1, 2, 2):
        email = shop.struct({"Email": f"range % 4 < {day}"})
        sports = shop.struct({"Sports": "range % 3 = 0"})
        none = "cast(array[] as varchar[])"
        shop.sql(PEOPLE.format(day=day, last=COUNT - 1, email=email, sports=sports, none=none))
        shop.dbt("run")
        # everybody loses the tag of the day before, which is meant
        found.append(one_day(shop, "--allow-leaves" if found else "--allow-first-sync"))
    return found


def write_audiences(shop: Shop) -> None:
    shop.audience("all_people", "select * from people", segment="Readers", on_leave="archive")
    shop.audience(
        "even_people",
        "select email_address, 'x' as other, marketing_consent from people"
        " where 'Even' = any(tags)",
        contacts="update",
        segment="Evens",
    )


def one_day(shop: Shop, *options: str) -> Day:
    told = json.loads(shop.loader("plan", "--json", *options).output)
    before = shop.members()
    shop.forget_requests()
    report = shop.sync(*options)
    return Day(
        plan={one["audience"]: one for one in told["audiences"]},
        report={one["audience"]: one for one in report["audiences"]},
        writes=shop.writes(),
        before=before,
        after=shop.members(),
    )


DAYS = pytest.mark.parametrize("day", [0, 1, 2], ids=["first", "a day on", "unchanged"])


@DAYS
def test_the_requests_that_write_are_as_many_as_were_told(days: list[Day], day: int) -> None:
    told = sum(one["writes"] for one in days[day].plan.values())
    assert sum(days[day].writes.values()) == told
    for name, report in days[day].report.items():
        assert report["writes"] == days[day].plan[name]["writes"]


@DAYS
def test_the_list_has_the_contacts_by_status_that_were_told(days: list[Day], day: int) -> None:
    first, *_, last = days[day].plan.values()
    for told, shown in ((first["before"], days[day].before), (last["after"], days[day].after)):
        assert told == Counter(member["status"] for member in shown.values())


@DAYS
def test_who_joins_returns_leaves_or_moves_is_counted_as_mailchimp_does(
    days: list[Day], day: int
) -> None:
    told: Counter[str] = Counter()
    for one in days[day].plan.values():
        told.update(one["deeds"])
    before = {one["contact_id"]: one for one in days[day].before.values()}
    after = {one["contact_id"]: one for one in days[day].after.values()}
    kept = [(before[key], one) for key, one in after.items() if key in before]
    shown = {
        "joins": len(after.keys() - before.keys()),
        "changes_of_address": sum(
            was["email_address"] != now["email_address"] for was, now in kept
        ),
        "leaves": sum(
            (was["status"], now["status"]) == ("subscribed", "archived") for was, now in kept
        ),
        "withdrawals": sum(
            (was["status"], now["status"]) == ("subscribed", "unsubscribed") for was, now in kept
        ),
    }
    assert {name: told[name] for name in shown} == shown


@DAYS
def test_segments_and_tags_gain_and_lose_whom_the_plan_said(days: list[Day], day: int) -> None:
    told: Counter[str] = Counter()
    for one in days[day].plan.values():
        for moved in (one["segments"], one["tags"]):
            for name, each in moved.items():
                told[name] += each["given"] - each["taken"]
    sizes: Counter[str] = Counter()
    for sign, shown in ((1, days[day].after), (-1, days[day].before)):
        for member in shown.values():
            for tag in member["tags"]:
                sizes[tag] += sign
    # whom a marketer had tagged before is told as given, and is in the segment already
    already = {"Third": overlap(days[day], "Third") if day == 0 else 0}
    assert {name: count - already.get(name, 0) for name, count in told.items() if count} == {
        name: count for name, count in sizes.items() if count
    }


def overlap(day: Day, tag: str) -> int:
    """How many of those who were in a segment before are wanted in it by the plan."""
    return sum(
        tag in one["tags"] and one["status"] == "subscribed" and is_third(key)
        for key, one in day.before.items()
    )


def is_third(address: str) -> bool:
    number = int("".join(filter(str.isdigit, address)))
    return number % 3 == 1 and number % 13 != 0


@DAYS
def test_what_is_held_or_invalid_is_told_with_the_same_reasons(days: list[Day], day: int) -> None:
    for name, report in days[day].report.items():
        told = days[day].plan[name]["reasons"]
        for outcome in ("held", "invalid"):
            assert report["reasons"].get(outcome, {}) == told.get(outcome, {})


def test_whom_an_audience_wants_is_counted(days: list[Day]) -> None:
    consenting = [
        number for number in range(COUNT) if number % 13
    ]  # the two others have no address
    assert {name: one["wanted"] for name, one in days[0].plan.items()} == {
        "all_people": len(consenting),
        "even_people": sum(number % 2 == 0 for number in consenting),
    }


def test_what_was_to_be_made_was_made(days: list[Day]) -> None:
    told = days[0].plan
    assert told["all_people"]["to_make"] == {
        "merge fields": ["WORD"],
        "segment": ["Readers"],
        "tags": ["Day1", "Even"],
    }
    assert told["even_people"]["to_make"] == {"merge fields": ["OTHER"], "segment": ["Evens"]}
    assert days[0].writes["POST /lists/{list_id}/merge-fields"] == 2
    assert days[0].writes["POST /lists/{list_id}/segments"] == 4


def test_a_plan_without_a_change_announces_nothing(days: list[Day]) -> None:
    for one in days[2].plan.values():
        assert (one["deeds"], one["writes"], one["before"]) == ({}, 0, one["after"])
