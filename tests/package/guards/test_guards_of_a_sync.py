"""Guards: what stops an audience before it can do harm, and how a person confirms it."""

import json
from typing import Any

from shop import Shop

AT = "@people.example.com"
BOUNDS = {"percent": "20%", "share": 0.2, "count": 12}


def is_explained(audience: dict[str, str]) -> bool:
    needed = (
        "13 of 48 contacts would leave",
        f"max_leave ({BOUNDS[audience['audience']]})",
        "--allow-leaves",
    )
    return all(words in audience["message"] for words in needed)


def test_more_than_ten_and_more_than_max_leave_stop_an_audience(shop: Shop) -> None:
    people(shop, "people", 60)
    lists = {name: shop.sandbox.new_list() for name in BOUNDS}
    for name, bound in BOUNDS.items():
        leave = {"on_leave": "unsubscribe", "max_leave": bound, "list_id": lists[name]}
        shop.audience(name, "select * from people", **leave)
    shop.dbt("run")
    shop.sync()

    shop.sql("delete from people where number < 12")  # a fifth of sixty
    shop.dbt("run")
    shop.sync()
    assert {subscribed(shop, one) for one in lists.values()} == {48}

    shop.sql(
        "delete from people where number < 25",
        "update people set marketing_consent = false where number = 59",
    )
    shop.dbt("run")
    shop.forget_requests()
    report = shop.sync(exit_code=5)
    # consent that was taken back is told all the same, and nothing else
    assert {subscribed(shop, one) for one in lists.values()} == {47}
    assert shop.writes() == {"POST /lists/{list_id}": 3}
    assert shop.sandbox.requests()["contacts"] == 3
    assert all(is_explained(audience) for audience in report["audiences"])

    shop.sync("--allow-leaves")
    assert {subscribed(shop, one) for one in lists.values()} == {34}
    assert runs(shop)[0]["options"] == '["allow_leaves"]'


def test_an_emptied_audience_and_lost_consents_change_nobody(shop: Shop) -> None:
    lists = {name: shop.sandbox.new_list() for name in ("emptied", "refused", "segment", "few")}
    for name, list_id in lists.items():
        people(shop, f"{name}_people", 10 if name == "few" else 30)
        more = {"segment": "Readers"} if name == "segment" else {"on_leave": "unsubscribe"}
        shop.audience(name, f"select * from {name}_people", list_id=list_id, max_leave=0, **more)
    shop.dbt("run")
    shop.sync()
    shop.sql(
        "delete from emptied_people",
        "delete from segment_people",
        "delete from few_people",  # ten may always leave
        "update refused_people set marketing_consent = null",
    )
    shop.dbt("run")
    shop.forget_requests()
    report = shop.sync(exit_code=5)
    assert shop.writes() == {"POST /lists/{list_id}": 1}
    assert [subscribed(shop, one) for one in lists.values()] == [30, 30, 30, 0]
    messages = {one["audience"]: one["message"] for one in report["audiences"]}
    assert "30 of 30 contacts would leave" in messages["emptied"]
    assert "30 of 30 contacts would leave" in messages["segment"]
    assert (
        "30 of 30 contacts would be unsubscribed because consent was withdrawn"
        in messages["refused"]
    )
    assert messages["few"] is None
    shop.sync("--allow-leaves")
    assert [subscribed(shop, one) for one in lists.values()] == [0, 0, 30, 0]


def test_a_first_sync_onto_a_list_with_contacts_says_what_it_would_do_and_wants_a_word(
    shop: Shop,
) -> None:
    shop.sandbox.put(shop.list_id, {"email_address": f"stranger{AT}"})
    people(shop, "people", 3)
    shop.audience("readers", "select * from people", segment="Readers")
    shop.dbt("run")
    shop.forget_requests()
    (stopped,) = shop.sync(exit_code=5)["audiences"]
    assert shop.writes() == {}
    assert "has 1 contact that no audience" in stopped["message"]
    assert "This run would send: 3 segment add, 3 upsert." in stopped["message"]
    assert "--allow-first-sync" in stopped["message"]
    shop.sync("--allow-first-sync")
    shop.sync()  # said once

    shop.sql("delete from loader_ledger")  # as on a new laptop
    shop.forget_requests()
    shop.sync(exit_code=5)
    assert shop.writes() == {}


# what breaks upstream for people who stay wanted: audience, columns, what happens, how it is told
LOSSES: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "address": (
        {},
        "'p' || number as person_id",
        "email_address = 'new' || email_address",
        "12 of 12 contacts would get a new address",
    ),
    "tags": ({}, "[word] as tags", "word = 'b'", "11 of 12 contacts would lose a tag (a: 11)"),
    "segment": (
        {"contacts": "none", "segment": "Readers"},
        "number",
        "marketing_consent = null",
        "12 of 12 contacts would be taken out of a segment (Readers: 12)",
    ),
    "cleared": (
        {"nulls": "clear"},
        "word",
        "word = null",
        "12 of 12 contacts would lose a value (WORD: 12)",
    ),
    "vip": (
        {},
        "word = 'a' as vip",
        "word = 'b'",
        "12 of 12 contacts would lose a value (vip: 12)",
    ),
}


def test_what_many_would_lose_who_stay_wanted_stops_an_audience_and_is_foretold(
    shop: Shop,
) -> None:
    of_list = {name: shop.sandbox.new_list(name=name) for name in LOSSES}
    for name, (meta, columns, _, _) in LOSSES.items():
        people(shop, f"{name}_people", 12)
        shop.sql(f"alter table {name}_people add column word varchar default 'a'")
        select = f"select email_address, marketing_consent, {columns} from {name}_people"
        shop.audience(name, select, list_id=of_list[name], **meta)
    for number in range(12):
        shop.sandbox.put(of_list["segment"], {"email_address": f"person{number}{AT}"})
    shop.dbt("run")
    shop.sync("--allow-first-sync")
    before = shown(shop, of_list)

    for name, (_, _, change, _) in LOSSES.items():
        shop.sql(f"update {name}_people set {change}")
    shop.sql("update tags_people set marketing_consent = false where number = 0")
    shop.dbt("run")
    plans = shop.loader("plan", "--json")
    foretold = {one["audience"]: one["stops"] for one in json.loads(plans.out)["audiences"]}
    stopped = {one["audience"]: one["message"] for one in shop.sync(exit_code=5)["audiences"]}
    for name, (*_, words) in LOSSES.items():
        assert words in stopped[name]
        assert foretold[name] == [stopped[name]]
    # a consent that was taken back is told all the same, and nothing else
    after = shown(shop, of_list)
    assert after["tags"].pop(f"person0{AT}")["status"] == "unsubscribed"
    before["tags"].pop(f"person0{AT}")
    assert after == before
    shop.sync("--allow-leaves")
    assert json.loads(shop.loader("plan", "--json").out)["audiences"][0]["deeds"] == {}
    assert all(shown(shop, of_list)[name] != before[name] for name in LOSSES)


def shown(shop: Shop, of_list: dict[str, str]) -> dict[str, dict[str, dict[str, Any]]]:
    """What each list shows of each contact that an audience may change."""
    names = ("status", "merge_fields", "tags", "vip")
    return {
        audience: {
            one["email_address"]: {name: one[name] for name in names}
            for one in shop.sandbox.members(of_list[audience])
        }
        for audience in LOSSES
    }


def people(shop: Shop, table: str, count: int) -> None:
    """Put so many people who consent into a table."""
    shop.sql(
        f"create table {table} as select range as number,"
        f" 'person' || range || '{AT}' as email_address, true as marketing_consent"
        f" from generate_series(0, {count - 1}) as numbers(range)"
    )


def subscribed(shop: Shop, list_id: str) -> int:
    """How many contacts of a list get campaigns."""
    return sum(one["status"] == "subscribed" for one in shop.sandbox.members(list_id))


def runs(shop: Shop) -> list[dict[str, Any]]:
    """The rows of `loader_runs`, the latest first."""
    return shop.query("select * from loader_runs order by started_at desc")
