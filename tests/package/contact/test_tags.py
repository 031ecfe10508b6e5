"""The tags of an audience's rows: given and taken, and nobody else's touched."""

from typing import Any

from shop import Shop

AT = "@people.example.com"


def people(shop: Shop, *rows: tuple[str, list[str] | None]) -> None:
    """Who is in the table, with which tags."""
    values = ", ".join(
        f"('{name}{AT}', {'null' if tags is None else repr(tags)}::varchar[])"
        for name, tags in rows
    )
    shop.sql(
        "create or replace table people (email_address varchar, tags varchar[])",
        f"insert into people values {values}",
    )


def audience(
    shop: Shop,
    name: str = "people_sent",
    table: str = "people",
    **mailchimp: Any,  # noqa: ANN401 - any configuration
) -> None:
    shop.audience(name, f"select *, true as marketing_consent from {table}", **mailchimp)


def tags(shop: Shop) -> dict[str, set[str]]:
    """The tags that the list shows, by the name of the person."""
    return {
        address.removesuffix(AT): set(member["tags"]) for address, member in shop.members().items()
    }


def test_tags_are_given_and_taken_and_those_of_others_stay(shop: Shop) -> None:
    people(shop, ("ada", ["VIP", "Berlin"]), ("bob", ["Berlin"]), ("cy", None))
    audience(shop)
    shop.dbt("run")
    shop.sync()
    assert tags(shop) == {"ada": {"VIP", "Berlin"}, "bob": {"Berlin"}, "cy": set()}
    shop.sandbox.put(shop.list_id, {"email_address": f"ada{AT}", "tags": ["VIP", "Berlin", "Hers"]})
    people(shop, ("ada", ["Berlin"]), ("bob", ["VIP"]), ("cy", [" ", ""]))
    shop.dbt("run")
    shop.sync()
    assert tags(shop) == {"ada": {"Berlin", "Hers"}, "bob": {"VIP"}, "cy": set()}
    shop.forget_requests()
    shop.sync()
    assert shop.writes() == {}


def test_names_are_the_same_tag_whatever_their_case_and_blanks(shop: Shop) -> None:
    shop.sandbox.put(
        shop.list_id, {"email_address": f"zoe{AT}", "status": "subscribed", "tags": ["vip"]}
    )
    people(shop, ("ada", ["VIP ", "Vip"]), ("bob", [" vip"]))
    audience(shop)
    shop.dbt("run")
    shop.sync("--first")
    assert tags(shop) == {"ada": {"vip"}, "bob": {"vip"}, "zoe": {"vip"}}
    people(shop, ("ada", []), ("bob", ["VIP"]))
    shop.dbt("run")
    shop.sync()
    assert tags(shop) == {"ada": set(), "bob": {"vip"}, "zoe": {"vip"}}


def test_whoever_leaves_loses_what_the_audience_gave(shop: Shop) -> None:
    people(shop, ("ada", ["VIP"]), ("bob", ["VIP"]))
    audience(shop)
    shop.dbt("run")
    shop.sync()
    shop.sandbox.put(shop.list_id, {"email_address": f"bob{AT}", "tags": ["VIP", "Hers"]})
    people(shop, ("ada", ["VIP"]))
    shop.dbt("run")
    shop.sync()
    assert tags(shop) == {"ada": {"VIP"}, "bob": {"Hers"}}
    assert shop.members()[f"bob{AT}"]["status"] == "subscribed"


def test_a_tag_that_another_audience_gave_too_stays_until_both_drop_it(shop: Shop) -> None:
    people(shop, ("ada", ["VIP"]))
    shop.sql("create table others as from people")
    audience(shop, "first")
    audience(shop, "second", "others")
    shop.dbt("run")
    shop.sync()
    people(shop, ("ada", []))
    shop.dbt("run")
    shop.sync()
    assert tags(shop) == {"ada": {"VIP"}}
    shop.sql("update others set tags = []")
    shop.dbt("run")
    shop.sync()
    assert tags(shop) == {"ada": set()}


def test_a_tag_that_is_the_segment_of_an_audience_stops_before_the_first_write(shop: Shop) -> None:
    people(shop, ("ada", ["readers"]))
    audience(shop, segment="Readers")
    shop.dbt("run")
    shop.forget_requests()
    ended = shop.loader("sync")
    assert (ended.exit_code, shop.writes()) == (2, {})
    assert (
        "the tag 'readers' of its rows is the segment of the audience people_sent" in ended.output
    )


def test_a_tag_deleted_by_hand_is_made_and_given_again(shop: Shop) -> None:
    people(shop, ("ada", ["VIP"]))
    audience(shop)
    shop.dbt("run")
    shop.sync()
    (tag,) = shop.sandbox.get(f"/lists/{shop.list_id}/segments")["segments"]
    shop.sandbox.must("DELETE", f"/lists/{shop.list_id}/segments/{tag['id']}")
    assert tags(shop) == {"ada": set()}
    shop.sync()
    assert tags(shop) == {"ada": {"VIP"}}


def test_tags_without_contacts_tag_who_is_there(shop: Shop) -> None:
    shop.sandbox.put(shop.list_id, {"email_address": f"ada{AT}", "status": "subscribed"})
    people(shop, ("ada", ["VIP"]), ("bob", ["VIP"]))
    shop.audience("people_sent", "select * from people", contacts="none")
    shop.dbt("run")
    shop.sync("--first")
    assert tags(shop) == {"ada": {"VIP"}}
    assert shop.rejections("email_address", "outcome", "reason") == [
        (f"bob{AT}", "held", "not on the list yet")
    ]


def test_a_dropped_column_takes_nothing_away_until_it_is_retired(shop: Shop) -> None:
    people(shop, ("ada", ["VIP"]))
    audience(shop)
    shop.dbt("run")
    shop.sync()
    shop.audience("people_sent", "select email_address, true as marketing_consent from people")
    shop.dbt("run")
    shop.sync()
    assert tags(shop) == {"ada": {"VIP"}}
    ended = shop.loader("retire", "people_sent")
    assert ended.exit_code == 0, ended.output
    assert tags(shop) == {"ada": set()}
    assert shop.members()[f"ada{AT}"]["status"] == "subscribed"
