"""What people delete in Mailchimp by hand, of all that we put there: noticed, and filled again."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

ADA, BOB = "ada@shop.de", "bob@shop.de"
SELECT = """
    select email_address, 'pro' as plan, 7 as score, array['VIP'] as tags,
        {'Sports': true, 'Culture': false} as interests,
        {'Email': true} as marketing_permissions,
        true as marketing_consent
    from people
"""
OUTAGE = {"kind": "503_html", "rate": 1.0}


class Thing(NamedTuple):
    """Something that an audience fills: how it goes and comes by hand, and what a contact has."""

    delete: Callable[[Shop], Any]
    make: Callable[[Shop], Any]
    of: Callable[[dict[str, Any]], Any]
    is_made_by_us: bool = True


def path_of_field(shop: Shop, tag: str) -> str:
    fields = shop.sandbox.get(f"/lists/{shop.list_id}/merge-fields", count=100)["merge_fields"]
    (one,) = (field["merge_id"] for field in fields if field["tag"] == tag)
    return f"/lists/{shop.list_id}/merge-fields/{one}"


def path_of_segment(shop: Shop, name: str) -> str:
    found = shop.sandbox.get(f"/lists/{shop.list_id}/segments", count=100)["segments"]
    (one,) = (segment["id"] for segment in found if segment["name"] == name)
    return f"/lists/{shop.list_id}/segments/{one}"


def category(shop: Shop) -> str:
    found = shop.sandbox.get(f"/lists/{shop.list_id}/interest-categories")["categories"]
    return f"/lists/{shop.list_id}/interest-categories/{found[0]['id']}/interests"


def path_of_interest(shop: Shop, name: str) -> str:
    found = shop.sandbox.get(category(shop))["interests"]
    (one,) = (interest["id"] for interest in found if interest["name"] == name)
    return f"{category(shop)}/{one}"


def make_field(shop: Shop, tag: str, kind: str) -> None:
    body = {"tag": tag, "name": tag, "type": kind}
    shop.sandbox.must("POST", f"/lists/{shop.list_id}/merge-fields", body)


def make_segment(shop: Shop, name: str) -> None:
    body = {"name": name, "static_segment": []}
    shop.sandbox.must("POST", f"/lists/{shop.list_id}/segments", body)


def things(shop: Shop) -> dict[str, Thing]:
    must = shop.sandbox.must
    return {
        "text field": Thing(
            lambda one: must("DELETE", path_of_field(one, "PLAN")),
            lambda one: make_field(one, "PLAN", "text"),
            lambda member: member["merge_fields"].get("PLAN"),
        ),
        "number field": Thing(
            lambda one: must("DELETE", path_of_field(one, "SCORE")),
            lambda one: make_field(one, "SCORE", "number"),
            lambda member: member["merge_fields"].get("SCORE"),
        ),
        "segment": Thing(
            lambda one: must("DELETE", path_of_segment(one, "Readers")),
            lambda _: None,
            lambda member: "Readers" in member["tags"],
        ),
        "tag": Thing(
            lambda one: must("DELETE", path_of_segment(one, "VIP")),
            lambda one: make_segment(one, "VIP"),
            lambda member: "VIP" in member["tags"],
        ),
        "interest": Thing(
            lambda one: must("DELETE", path_of_interest(one, "Sports")),
            lambda one: must("POST", category(one), {"name": "Sports"}),
            lambda member: member["interests"]["Sports"],
            is_made_by_us=False,
        ),
    }


NAMES = ["text field", "number field", "segment", "tag", "interest"]


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """Two people who were sent with everything that an audience can fill."""
    shop = Shop(tmp_path_factory.mktemp("filled"), dbt, sandbox)
    hobbies = {"title": "Hobbies", "interests": ["Sports", "Culture"]}
    shop.list_id = sandbox.new_list(
        interest_categories=[hobbies], marketing_permissions=["Email", "Post"]
    )
    shop.sql(f"create table people as select unnest(array['{ADA}', '{BOB}']) as email_address")
    shop.audience("readers", SELECT, segment="Readers", on_leave="archive")
    shop.dbt("run")
    shop.sync()
    shop.keep()
    return shop


@pytest.fixture
def shop(kept: Shop) -> Shop:
    kept.put_back()
    return kept


def values(shop: Shop, thing: Thing) -> set[object]:
    return {thing.of(member) for member in shop.members().values()}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("is_made_anew", [False, True], ids=["gone", "made anew by hand"])
def test_what_is_gone_is_filled_again_by_the_next_sync(
    shop: Shop, name: str, is_made_anew: object
) -> None:
    thing = things(shop)[name]
    before = values(shop, thing)
    thing.delete(shop)
    if is_made_anew or not thing.is_made_by_us:
        thing.make(shop)
    assert values(shop, thing) != before
    told = shop.loader("plan")
    shop.sync()
    assert values(shop, thing) == before
    assert "0 requests that write" not in told.out
    shop.forget_requests()
    shop.sync()
    assert shop.writes() == {}


@pytest.mark.parametrize("name", NAMES)
def test_it_is_noticed_although_the_run_that_notices_it_is_stopped(shop: Shop, name: str) -> None:
    thing = things(shop)[name]
    before = values(shop, thing)
    thing.delete(shop)
    thing.make(shop)
    shop.sandbox.faults(OUTAGE)
    shop.loader("sync", "--retry-seconds", "0")
    shop.sandbox.faults()
    shop.sync()
    assert values(shop, thing) == before


@pytest.mark.parametrize("kind", ["number", "phone", "date"])
def test_a_field_whose_type_was_changed_stops_the_audience_with_words(
    shop: Shop, kind: str
) -> None:
    shop.sandbox.must("DELETE", path_of_field(shop, "PLAN"))
    make_field(shop, "PLAN", kind)
    for _ in range(2):
        (stopped,) = shop.sync(exit_code=2)["audiences"]
        assert "the merge field PLAN" in stopped["message"]
        assert f"of the type {kind}" in stopped["message"].replace("\n", " ")
        assert f"type {kind}" in shop.loader("plan").out
    shop.sandbox.must("DELETE", path_of_field(shop, "PLAN"))
    shop.sync()
    assert {one["merge_fields"]["PLAN"] for one in shop.members().values()} == {"pro"}


def test_a_type_that_was_changed_on_purpose_is_taken_when_the_model_says_so(shop: Shop) -> None:
    shop.sandbox.must("DELETE", path_of_field(shop, "SCORE"))
    make_field(shop, "SCORE", "text")
    shop.sync(exit_code=2)
    shop.audience(
        "readers",
        SELECT.replace("7 as score", "'7' as score"),
        segment="Readers",
        on_leave="archive",
        fields={"score": {"type": "text"}},
    )
    shop.dbt("run")
    shop.sync()
    assert {one["merge_fields"]["SCORE"] for one in shop.members().values()} == {"7"}
