from typing import Any, NamedTuple

import pytest

from cases.real_people_project import (
    change_people,
    differences,
    least_writes,
    populate,
    settle_people,
    untouchable,
)
from command_line import Printed
from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

PEOPLE = 1_200  # so many that those who consent need a second page and a third call

Members = dict[str, dict[str, Any]]  # by address
Differences = list[tuple[Any, ...]]


class Sent(NamedTuple):
    """A shop after its first sync, onto an empty list, and the report of that sync."""

    shop: Shop
    report: dict[str, Any]


class Later(NamedTuple):
    """What was left to do after the first sync and after the next, a day later."""

    at_first: Differences
    differences: Differences
    least: int  # the fewest calls that the second sync can do with
    writes: int
    verified: Printed


class Populated(NamedTuple):
    """A list with people on it: as it was, after the first sync, and a day later."""

    before: Members
    after: Members
    at_first: Differences
    held: dict[str, str]
    wanted: set[str]
    refusing: set[str]
    later: Members
    differences: Differences


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Sent:
    shop = Shop(tmp_path_factory.mktemp("people"), dbt, sandbox)
    settle_people(shop, PEOPLE)
    report = shop.sync()
    shop.keep()
    return Sent(shop, report)


@pytest.fixture
def sent(kept: Sent) -> Sent:
    kept.shop.put_back()
    return kept


@pytest.fixture(scope="module")
def later(kept: Sent) -> Later:
    shop = kept.shop
    shop.put_back()
    at_first = differences(shop)
    change_people(shop)
    shop.forget_requests()
    least = least_writes(shop, set())
    shop.sync()
    writes = sum(shop.writes().values())
    return Later(at_first, differences(shop), least, writes, shop.loader("verify", "--sample", "3"))


@pytest.fixture(scope="module")
def populated(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Populated:
    shop = Shop(tmp_path_factory.mktemp("populated"), dbt, sandbox)
    settle_people(shop, PEOPLE)
    before = populate(shop, 500, 200)
    shop.sync("--allow-first-sync")
    after, at_first = shop.members(), differences(shop, apart_from=untouchable(shop, before))
    held = dict(shop.rejections("email_address", "reason"))
    wanted, refusing = emails(shop, "consent"), emails(shop, "not consent")
    change_people(shop)
    shop.sync()
    # who was there before is not ours: leaving the audience does not take them off the list
    left = differences(shop, apart_from=set(before))
    return Populated(before, after, at_first, held, wanted, refusing, shop.members(), left)


def emails(shop: Shop, condition: str) -> set[str]:
    """The addresses of some of the people."""
    return {row["email"] for row in shop.query(f"select email from raw_people where {condition}")}


def test_an_empty_list_ends_as_the_audience_is_and_again_after_a_day(later: Later) -> None:
    assert later.at_first == []
    assert later.differences == []
    assert later.verified.exit_code == 0, later.verified.output


def test_the_second_sync_needs_hardly_more_calls_than_there_can_be(later: Later) -> None:
    assert later.writes <= later.least + 1  # adds and removes of a segment go apart


def test_a_third_sync_sends_no_write(sent: Sent) -> None:
    sent.shop.sync()
    assert sent.shop.writes() == {}


def test_only_who_changed_is_sent(sent: Sent) -> None:
    shop = sent.shop
    (first,) = sent.report["audiences"]
    consenting = PEOPLE - PEOPLE // 7
    assert first["counts"]["upsert"]["accepted"] == consenting
    shop.sql("update raw_people set city = 'Moved' where person_id = 1")
    shop.dbt("run")
    shop.forget_requests()
    (second,) = shop.sync()["audiences"]
    assert (second["accepted"], second["counts"]["upsert"]["accepted"]) == (1, 1)
    assert shop.writes() == {"POST /lists/{list_id}": 1}
    assert shop.sandbox.requests()["contacts"] == 1
    assert differences(shop) == []


def test_nobody_is_moved_up_and_strangers_stay_as_they_are(populated: Populated) -> None:
    before, after = populated.before, populated.after
    strangers = [address for address in before if address.startswith("stranger")]
    assert [after[one] for one in strangers] == [before[one] for one in strangers]
    moved = {
        (before[one]["status"], after[one]["status"])
        for one in before
        if before[one]["status"] != after[one]["status"]
    }
    assert moved == set()
    assert populated.at_first == []


def test_everybody_held_is_listed_with_a_reason(populated: Populated) -> None:
    expected = {
        address: member["status"]
        for address, member in populated.before.items()
        if address in populated.wanted and member["status"] != "subscribed"
    }
    assert populated.held == expected | dict.fromkeys(populated.refusing, "no consent")


def test_a_day_later_the_populated_list_is_right_too(populated: Populated) -> None:
    before, later = populated.before, populated.later
    strangers = {address for address in before if address.startswith("stranger")}
    assert all(later[one] == before[one] for one in strangers)
    assert populated.differences == []
    up = {
        one
        for one in before
        if later[one]["status"] == "subscribed" and before[one]["status"] != "subscribed"
    }
    assert up == set()
