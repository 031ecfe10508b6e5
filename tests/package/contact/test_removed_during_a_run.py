"""What somebody takes out of a list in the middle of a run is not counted as stored."""

import json
from collections.abc import Callable

import pytest

from responses.proxy import Between
from shop import Shop

AT = "@meanwhile.shop.de"
PEOPLE = 600  # two calls
CALL = "POST lists/*"


def on_call(number: int, happens: Callable[[], None]) -> Callable[[str], None]:
    """Let something happen right before one of the calls."""
    calls = 0

    def before(route: str) -> None:
        nonlocal calls
        calls += route == CALL
        if route == CALL and calls == number:
            happens()

    return before


@pytest.mark.parametrize("call", [1, 2])
def test_a_merge_field_that_goes_meanwhile_leaves_nobody_accepted_without_it(
    shop: Shop, call: int
) -> None:
    shop.sql(
        f"create table people as select 'p' || range || '{AT}' as email_address,"
        f" 'gold' as plan from generate_series(0, {PEOPLE - 1}) as numbers(range)"
    )
    shop.audience("readers", "select * from people", consent="assumed")
    shop.dbt("run")

    def delete_plan() -> None:
        path = f"/lists/{shop.list_id}/merge-fields"
        fields = shop.sandbox.get(path, count=100)["merge_fields"]
        (number,) = (one["merge_id"] for one in fields if one["tag"] == "PLAN")
        shop.sandbox.must("DELETE", f"{path}/{number}")

    with Between(shop.sandbox) as between:
        between.before = on_call(call, delete_plan)
        ended = shop.loader("sync", "--json", "--connections", "1", MAILCHIMP_BASE_URL=between.url)
    assert ended.exit_code == 4
    (told,) = json.loads(ended.out)["audiences"]
    late = PEOPLE - 500 * (call - 1)
    assert told["reasons"] == {"unknown": {"the answer does not show PLAN": late}}
    assert told["accepted"] == PEOPLE - late

    shop.sync()
    stored = {
        row["email_address"]
        for row in shop.query("select * from loader_acks where outcome = 'accepted'")
    }
    members = shop.members()
    assert len(stored) == len(members) == PEOPLE
    again = {
        row["email_address"]
        for row in shop.query("select * from loader_acks where reason_code is not null")
    }
    assert {members[one]["merge_fields"].get("PLAN") for one in again} == {"gold"}
