"""A plan tells of every list, also of one that is owed nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

LISTS, PEOPLE = 6, 3


@pytest.fixture
def shop(tmp_path: Path, dbt: DbtProcess, sandbox: SandboxProcess) -> Shop:
    """A shop with an audience for each of several lists."""
    shop = Shop(tmp_path, dbt, sandbox)
    shop.sql(
        "create table people as select 'p' || range || '@lists.shop.de' as email_address, true as"
        f" marketing_consent from generate_series(0, {PEOPLE - 1}) as numbers(range)"
    )
    for number in range(LISTS):
        shop.audience(f"readers_{number}", "select * from people", list_id=sandbox.new_list())
    shop.dbt("run")
    return shop


def planned(shop: Shop) -> list[dict[str, Any]]:
    """What the plan says of each audience."""
    ended = shop.loader("plan", "--json", "--sample", "2")
    assert ended.exit_code == 0, ended.output
    told: list[dict[str, Any]] = json.loads(ended.output)["audiences"]
    return told


def test_lists_that_are_read_side_by_side_are_told_one_by_one(shop: Shop) -> None:
    told = planned(shop)
    assert [one["audience"] for one in told] == [f"readers_{number}" for number in range(LISTS)]
    assert [one["deeds"] for one in told] == [{"joins": PEOPLE}] * LISTS
    assert [len(one["people"]) for one in told] == [2] * LISTS


def test_a_list_that_is_owed_nothing_is_told_as_it_is(shop: Shop) -> None:
    shop.sync()
    shop.sql("insert into people values ('new@lists.shop.de', true)")
    shop.dbt("run", "--select", "readers_3")
    told = planned(shop)
    assert [one["deeds"] for one in told if one["deeds"]] == [{"joins": 1}]
    assert [one["before"] for one in told] == [{"subscribed": PEOPLE}] * LISTS
    after = [one["after"]["subscribed"] - PEOPLE for one in told]
    assert after == [int(number == LISTS // 2) for number in range(LISTS)]
