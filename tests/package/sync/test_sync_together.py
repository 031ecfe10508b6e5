"""Audiences of one list are sent together, in whatever order their names come."""

import random
from collections.abc import Mapping
from typing import Any

import pytest

from dbt_process import DbtProcess
from draws import draws, seeds
from sandbox_process import SandboxProcess
from shop import Shop

AT = "@together.shop.de"
CREATE = "create table people (name varchar, audience varchar, consent boolean, tag varchar)"
# no order of names may decide: one of the two is drawn, and both with SOAK
NAMES = [("a_first", "b_second"), ("b_second", "a_first")]
DRAWN = random.Random(seeds()[1]).sample(NAMES, k=min(len(NAMES), draws(1)))  # noqa: S311 - a test
either_way = pytest.mark.parametrize(("one", "other"), DRAWN)


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop whose people say for themselves which audience wants them."""
    shop = Shop(tmp_path_factory.mktemp("together"), dbt, sandbox)
    shop.sql(CREATE)
    shop.keep()
    return shop


@pytest.fixture
def shop(kept: Shop) -> Shop:
    kept.put_back()
    return kept


def audience(shop: Shop, name: str, **mailchimp: Any) -> None:  # noqa: ANN401 - any configuration
    """An audience of those who say so; with `tags: True` they have the tag that they name."""
    tags = (
        ", case when tag is not null then array[tag] end as tags"
        if mailchimp.pop("tags", 0)
        else ""
    )
    shop.audience(
        name,
        f"select name || '{AT}' as email_address, consent as marketing_consent{tags}"
        f" from main.people where audience = '{name}'",
        **mailchimp,
    )


def want(shop: Shop, *people: tuple[str, str] | tuple[str, str, bool, str | None]) -> None:
    """Name and audience of everybody who is wanted now, consenting and without a tag; dbt runs."""
    rows = [(*one, True, None)[:4] if len(one) == 2 else one for one in people]
    values = [
        f"('{name}', '{audience}', {consent}, {'null' if tag is None else repr(tag)})"
        for name, audience, consent, tag in rows
    ]
    shop.sql("delete from people", *(f"insert into people values {one}" for one in values))
    shop.dbt("run")


def shown(shop: Shop) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Status and tags of everybody on the list."""
    return {
        address.removesuffix(AT): (one["status"], tuple(sorted(one["tags"])))
        for address, one in shop.members().items()
    }


def settled(shop: Shop, *options: str) -> None:
    """A sync, and one more that has nothing to write."""
    shop.sync(*options)
    shop.forget_requests()
    shop.sync(*options)
    assert shop.writes() == {}


@either_way
def test_who_was_archived_comes_back_with_what_is_wanted_and_nothing_else(
    shop: Shop, one: str, other: str
) -> None:
    audience(shop, one, on_leave="archive")
    audience(shop, other, contacts="none", segment="Buyers", tags=True)
    want(shop, ("p0", one), ("p0", other, True, "Loyal"), ("p1", one), ("p1", other))
    settled(shop)
    assert shown(shop)["p0"] == ("subscribed", ("Buyers", "Loyal"))
    want(shop, ("p1", one), ("p1", other))
    shop.sync("--select", one)
    assert shown(shop)["p0"][0] == "archived"
    shop.sync("--select", other)  # nobody sees whether an archived contact is in a segment
    want(shop, ("p0", one), ("p1", one), ("p1", other))
    settled(shop)
    assert shown(shop)["p0"] == ("subscribed", ())


@either_way
def test_memberships_go_before_their_contact_leaves(shop: Shop, one: str, other: str) -> None:
    audience(shop, one, on_leave="archive")
    audience(shop, other, contacts="none", segment="Buyers", tags=True)
    want(shop, ("p0", one), ("p0", other, True, "Loyal"))
    settled(shop)
    want(shop)
    settled(shop, "--allow-leaves")
    assert shown(shop)["p0"] == ("archived", ())


@either_way
def test_who_is_brought_by_one_audience_is_put_where_another_wants_them_in_the_same_run(
    shop: Shop, one: str, other: str
) -> None:
    audience(shop, one)
    audience(shop, other, contacts="none", segment="Buyers", tags=True)
    want(shop, ("p0", one), ("p0", other, True, "Loyal"))
    settled(shop)
    assert shown(shop) == {"p0": ("subscribed", ("Buyers", "Loyal"))}


@either_way
def test_who_leaves_one_audience_archived_and_another_unsubscribed_is_unsubscribed(
    shop: Shop, one: str, other: str
) -> None:
    audience(shop, one, on_leave="archive")
    audience(shop, other, on_leave="unsubscribe")
    want(shop, ("p0", one), ("p0", other))
    settled(shop)
    want(shop)
    settled(shop, "--allow-leaves")
    assert shown(shop)["p0"][0] == "unsubscribed"


@either_way
def test_who_withdraws_for_one_audience_gets_nothing_for_another(
    shop: Shop, one: str, other: str
) -> None:
    audience(shop, one)
    audience(shop, other, contacts="update", segment="Buyers")
    want(shop, ("p0", one))
    settled(shop)
    want(shop, ("p0", one, False, None), ("p0", other))
    settled(shop)
    assert shown(shop)["p0"] == ("unsubscribed", ())


@either_way
def test_an_audience_that_a_guard_stops_stops_alone(shop: Shop, one: str, other: str) -> None:
    audience(shop, one, on_leave="unsubscribe", max_leave="0")
    audience(shop, other)
    many = [(f"p{number}", one) for number in range(12)]
    want(shop, *many)
    settled(shop)
    want(shop, ("p99", other))
    results = shop.sync("--allow-first-sync", exit_code=5)
    codes = {each["audience"]: each["exit_code"] for each in results["audiences"]}
    assert codes == {one: 5, other: 0}
    assert shown(shop)["p0"][0] == shown(shop)["p99"][0] == "subscribed"


@either_way
def test_what_an_audience_that_cannot_be_sent_would_bring_is_not_waited_for(
    shop: Shop, one: str, other: str
) -> None:
    shop.sandbox.must(
        "POST", f"/lists/{shop.list_id}/segments", {"name": "Buyers", "static_segment": []}
    )
    audience(shop, one, segment="Buyers")  # somebody else's
    audience(shop, other, contacts="none", segment="Readers")
    want(shop, ("p0", one), ("p0", other), ("p1", other))
    results = shop.sync(exit_code=2)
    codes = {each["audience"]: each["exit_code"] for each in results["audiences"]}
    assert codes == {one: 2, other: 0}
    assert shown(shop) == {}
    assert shop.rejections("outcome", "reason") == [("held", "not on the list yet")] * 2


def test_what_two_audiences_need_is_made_once_and_their_contacts_share_calls(shop: Shop) -> None:
    for name in ("a_first", "b_second"):
        shop.audience(
            name,
            f"select name || '{AT}' as email_address, 'x' as size, true as marketing_consent"
            f" from main.people where audience = '{name}'",
        )
    want(shop, ("p0", "a_first"), ("p1", "b_second"))
    shop.forget_requests()
    results = shop.sync()
    assert shop.writes() == {"POST /lists/{list_id}/merge-fields": 1, "POST /lists/{list_id}": 1}
    accepted = {one["audience"]: one["accepted"] for one in results["audiences"]}
    assert accepted == {"a_first": 1, "b_second": 1}
    asked = shop.query("select audience, email_address, outcome from loader_acks order by audience")
    assert [tuple(one.values()) for one in asked] == [
        ("a_first", f"p0{AT}", "accepted"),
        ("b_second", f"p1{AT}", "accepted"),
    ]
    written = {one["audience"]: one["writes"] for one in results["audiences"]}
    assert sum(written.values()) == 2


def test_a_field_that_an_audience_would_make_has_to_hold_the_columns_of_every_other(
    shop: Shop,
) -> None:
    values = {"a_first": "1 as size", "b_second": "2 as height", "c_third": "'x' as size"}
    for name, value in values.items():
        shop.audience(
            name,
            f"select name || '{AT}' as email_address, {value}, true as marketing_consent"
            f" from main.people where audience = '{name}'",
        )
    want(shop, *((f"p{number}", name) for number, name in enumerate(values)))
    results = shop.sync(exit_code=2)
    codes = {one["audience"]: one["exit_code"] for one in results["audiences"]}
    assert codes == {"a_first": 0, "b_second": 0, "c_third": 2}
    assert set(shown(shop)) == {"p0", "p1"}


@either_way
def test_an_audience_whose_field_is_missing_stops_alone_and_still_wants_its_people(
    shop: Shop, one: str, other: str
) -> None:
    for name, require in ((one, "require"), (other, "create")):
        fields = {"merge_fields": require}
        shop.audience(
            name,
            f"select name || '{AT}' as email_address, 'x' as size, true as marketing_consent"
            f" from main.people where audience = '{name}'",
            on_leave="archive",
            **(fields if require == "require" else {}),
        )
    want(shop, ("p0", other), ("p1", other), ("p2", one))
    made = f"/lists/{shop.list_id}/merge-fields"
    results = shop.sync(exit_code=2)
    codes = {each["audience"]: each["exit_code"] for each in results["audiences"]}
    assert codes == {one: 2, other: 0}
    assert set(shown(shop)) == {"p0", "p1"}
    (field,) = [each for each in shop.sandbox.get(made)["merge_fields"] if each["tag"] == "SIZE"]
    shop.sandbox.must("DELETE", f"{made}/{field['merge_id']}")
    want(shop, ("p0", one), ("p2", one))  # the other one drops both of its people
    shop.sync("--allow-leaves", exit_code=2)
    assert {who: status for who, (status, _) in shown(shop).items()} == {
        "p0": "subscribed",  # whom the audience that was stopped wants
        "p1": "archived",
    }
