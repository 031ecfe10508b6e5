"""The tags of an audience's rows: given and taken, and nobody else's touched."""

from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

AT = "@people.example.com"
Tags = dict[str, set[str]]  # by the name of the person
Rows = dict[str, list[str] | None]

# the tags of everybody in the tables, on two days
FIRST: dict[str, Rows] = {
    "people": {
        "ada": ["VIP", "Berlin"],
        "bob": ["Berlin"],
        "cy": None,
        "stays": ["VIP"],
        "goes": ["VIP"],
        "upper": ["GOLD ", "Gold"],
        "blank": [" gold"],
    },
    "shared": {"ada": ["VIP"]},
    "others": {"ada": ["VIP"]},
}
SECOND: dict[str, Rows] = {
    "people": {
        "ada": ["Berlin"],
        "bob": ["VIP"],
        "cy": [" ", ""],
        "stays": ["VIP"],
        "upper": [],
        "blank": ["GOLD"],
    },
    "shared": {"ada": []},
}


class Day(NamedTuple):
    """The tags that the two lists show, and who is on the first."""

    people: Tags
    shared: Tags
    statuses: dict[str, str]


class Days(NamedTuple):
    """Two days, what a sync wrote after them, and a third: both of two audiences drop a tag."""

    first: Day
    second: Day
    writes: dict[str, int]
    third: Day


def table(shop: Shop, name: str, rows: Rows) -> None:
    """Who is in the table, with which tags."""
    values = ", ".join(
        f"('{name}{AT}', {'null' if tags is None else f'array{tags}'}::varchar[])"
        for name, tags in rows.items()
    )
    shop.sql(
        f"drop table if exists {name}; create table {name} (email_address varchar, tags varchar[])",
        f"insert into {name} values {values}",
    )


def audience(
    shop: Shop,
    name: str,
    table: str,
    **mailchimp: Any,  # noqa: ANN401 - any configuration
) -> None:
    shop.audience(name, f"select *, true as marketing_consent from {table}", **mailchimp)


def tags(shop: Shop, list_id: str | None = None) -> Tags:
    """The tags that a list shows."""
    members = shop.sandbox.members(list_id or shop.list_id)
    return {one["email_address"].removesuffix(AT): set(one["tags"]) for one in members}


@pytest.fixture(scope="module")
def days(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Days:
    """Three audiences, two of them on one list."""
    shop, shared = Shop(tmp_path_factory.mktemp("tags"), dbt, sandbox), sandbox.new_list()
    zoe = {"email_address": f"zoe{AT}", "status": "subscribed", "tags": ["gold"]}
    sandbox.put(shop.list_id, zoe)
    audience(shop, "people_sent", "people")
    audience(shop, "shared_sent", "shared", list_id=shared)
    audience(shop, "others_sent", "others", list_id=shared)

    def day(tables: dict[str, Rows], *options: str) -> Day:
        for name, rows in tables.items():
            table(shop, name, rows)
        shop.dbt("run")
        shop.sync(*options)
        statuses = {key.removesuffix(AT): one["status"] for key, one in shop.members().items()}
        return Day(tags(shop), tags(shop, shared), statuses)

    first = day(FIRST, "--allow-first-sync")
    sandbox.put(
        shop.list_id,
        {"email_address": f"ada{AT}", "tags": ["VIP", "Berlin", "Hers"]},
        {"email_address": f"goes{AT}", "tags": ["VIP", "Hers"]},
    )
    second = day(SECOND)
    shop.forget_requests()
    shop.sync("--select", "people_sent")
    return Days(first, second, shop.writes(), day({"others": {"ada": []}}))


def of(found: Tags, *names: str) -> Tags:
    return {name: found[name] for name in names}


def test_tags_are_given_and_taken_and_those_of_others_stay(days: Days) -> None:
    names = ("ada", "bob", "cy")
    assert of(days.first.people, *names) == {
        "ada": {"VIP", "Berlin"},
        "bob": {"Berlin"},
        "cy": set(),
    }
    assert of(days.second.people, *names) == {
        "ada": {"Berlin", "Hers"},
        "bob": {"VIP"},
        "cy": set(),
    }
    assert days.writes == {}


def test_names_are_the_same_tag_whatever_their_case_and_blanks(days: Days) -> None:
    names = ("upper", "blank", "zoe")
    assert of(days.first.people, *names) == {"upper": {"gold"}, "blank": {"gold"}, "zoe": {"gold"}}
    assert of(days.second.people, *names) == {"upper": set(), "blank": {"gold"}, "zoe": {"gold"}}


def test_whoever_leaves_loses_what_the_audience_gave(days: Days) -> None:
    assert of(days.first.people, "goes") == {"goes": {"VIP"}}
    assert of(days.second.people, "stays", "goes") == {"stays": {"VIP"}, "goes": {"Hers"}}
    assert days.second.statuses["goes"] == "subscribed"


def test_a_tag_that_another_audience_gave_too_stays_until_both_drop_it(days: Days) -> None:
    assert days.second.shared == {"ada": {"VIP"}}
    assert days.third.shared == {"ada": set()}


class Built(NamedTuple):
    """Audiences of tags, each on a list of its own; they were sent but for the last."""

    shop: Shop
    lists: dict[str, str]


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Built:
    shop = Shop(tmp_path_factory.mktemp("built"), dbt, sandbox)
    lists = {name: sandbox.new_list() for name in ("given", "existing", "readers")}
    sandbox.put(lists["existing"], {"email_address": f"ada{AT}", "status": "subscribed"})
    table(shop, "people", {"ada": ["VIP"]})
    table(shop, "two", {"ada": ["VIP"], "bob": ["VIP"]})
    table(shop, "lower", {"ada": ["readers"]})
    audience(shop, "given", "people", list_id=lists["given"])
    shop.audience("existing", "select * from two", contacts="none", list_id=lists["existing"])
    audience(shop, "readers", "lower", segment="Readers", list_id=lists["readers"])
    shop.dbt("run")
    shop.sync("--allow-first-sync", "--select", "given", "--select", "existing")
    shop.keep()
    return Built(shop, lists)


@pytest.fixture
def built(kept: Built) -> Built:
    kept.shop.put_back()
    return kept


def test_a_tag_that_is_the_segment_of_an_audience_stops_before_the_first_write(
    built: Built,
) -> None:
    ended = built.shop.loader("sync", "--select", "readers")
    assert (ended.exit_code, built.shop.writes()) == (2, {})
    assert "the tag 'readers' of its rows is the segment of the audience readers" in ended.output


def test_a_tag_deleted_by_hand_is_made_and_given_again(built: Built) -> None:
    shop, list_id = built.shop, built.lists["given"]
    (tag,) = shop.sandbox.get(f"/lists/{list_id}/segments")["segments"]
    shop.sandbox.must("DELETE", f"/lists/{list_id}/segments/{tag['id']}")
    assert tags(shop, list_id) == {"ada": set()}
    shop.sync("--select", "given")
    assert tags(shop, list_id) == {"ada": {"VIP"}}


def test_tags_without_contacts_tag_who_is_there(built: Built) -> None:
    assert tags(built.shop, built.lists["existing"]) == {"ada": {"VIP"}}
    assert built.shop.rejections("email_address", "outcome", "reason") == [
        (f"bob{AT}", "held", "not on the list yet")
    ]


def test_a_dropped_column_takes_nothing_away_until_it_is_retired(built: Built) -> None:
    shop, list_id = built.shop, built.lists["given"]
    sql = "select email_address, true as marketing_consent from people"
    shop.audience("given", sql, list_id=list_id)
    shop.dbt("run")
    shop.sync("--select", "given")
    assert tags(shop, list_id) == {"ada": {"VIP"}}
    ended = shop.loader("retire", "given")
    assert ended.exit_code == 0, ended.output
    assert tags(shop, list_id) == {"ada": set()}
    (ada,) = shop.sandbox.members(list_id)
    assert ada["status"] == "subscribed"
