"""A segment mirrors its audience: made, filled and emptied, and never taken from somebody."""

from typing import Any

from shop import Shop

AT = "@people.example.com"
READERS = "Newsletter readers"


def test_a_segment_is_made_filled_and_emptied_in_calls_of_500(shop: Shop) -> None:
    shop.sql(
        "create table people as select 'person' || range || '@people.example.com' as email_address,"
        " true as marketing_consent from range(1100)"
    )
    shop.audience("readers", "select * from people", segment=True)
    shop.dbt("run")
    shop.forget_requests()
    shop.sync()
    assert len(inside(shop, "readers")) == 1100
    assert shop.writes() == {
        "POST /lists/{list_id}": 3,
        "POST /lists/{list_id}/segments": 1,
        "POST /lists/{list_id}/segments/{segment_id}": 3,
    }
    shop.sql("delete from people")
    shop.dbt("run")
    shop.forget_requests()
    shop.sync("--force-leave")
    assert inside(shop, "readers") == set()
    assert shop.writes() == {"POST /lists/{list_id}/segments/{segment_id}": 3}


def test_a_segment_of_somebody_else_is_refused_and_taken_over_only_when_asked(shop: Shop) -> None:
    people(shop, "ann", "bob")
    shop.sandbox.put(shop.list_id, {"email_address": f"stranger{AT}"})
    made = make(shop, READERS.upper(), "stranger")
    shop.audience("readers", "select * from people", segment=READERS)
    shop.dbt("run")
    shop.forget_requests()
    (refused,) = shop.sync("--first", exit_code=2)["audiences"]
    assert (
        f"has a segment '{READERS.upper()}' that this warehouse did not make"
        in (refused["message"])
    )
    assert "adopt: true" in refused["message"]
    assert shop.writes() == {}

    shop.audience("readers", "select * from people", segment=READERS, adopt=True)
    shop.dbt("run")
    shop.sync("--first")
    assert inside(shop, READERS.upper()) == {"ann", "bob", "stranger"}

    shop.sql("delete from people where fname = 'bob'")
    shop.dbt("run")
    shop.sync("--historical-refresh", "--yes")
    assert inside(shop, READERS.upper()) == {"ann", "stranger"}
    assert ids(shop) == {READERS.upper(): made}  # never deleted


def test_a_segment_deleted_in_mailchimp_is_made_and_filled_again(shop: Shop) -> None:
    people(shop, "ann", "bob")
    shop.audience("readers", "select * from people", segment=READERS)
    shop.dbt("run")
    shop.sync()
    delete(shop, READERS)
    shop.sync()
    assert inside(shop, READERS) == {"ann", "bob"}

    # one of the same name that somebody made in its place is not ours
    delete(shop, READERS)
    make(shop, READERS, "ann")
    shop.forget_requests()
    shop.sync(exit_code=2)
    assert shop.writes() == {}


def test_a_historical_refresh_sends_everything_again_and_makes_our_segment_anew(
    shop: Shop,
) -> None:
    people(shop, "ann", "bob")
    shop.audience("readers", "select * from people", segment=READERS)
    shop.dbt("run")
    shop.sync()
    before, made = contents(shop), ids(shop)[READERS]
    shop.sandbox.put(
        shop.list_id,
        {"email_address": f"ann{AT}", "merge_fields": {"FNAME": "Changed by hand"}, "tags": []},
    )

    shop.forget_requests()
    asked = shop.loader("sync", "--historical-refresh")
    assert asked.exit_code == 2
    assert "sends again 2 people of readers" in asked.output
    assert "campaigns and automations" in asked.output
    assert "--yes" in asked.output
    assert shop.sandbox.requests()["total"] == 0

    (report,) = shop.sync("--historical-refresh", "--yes")["audiences"]
    assert report["counts"] == {"segment_add": {"accepted": 2}, "upsert": {"accepted": 2}}
    assert contents(shop) == before
    assert ids(shop)[READERS] != made
    shop.forget_requests()
    shop.sync()
    assert shop.writes() == {}


def test_contacts_says_what_may_happen_to_people(shop: Shop) -> None:
    people(shop, "known", "new")
    lists = {contacts: shop.sandbox.new_list() for contacts in ("none", "update", "create")}
    for contacts, list_id in lists.items():
        known = {"email_address": f"known{AT}", "merge_fields": {"FNAME": "Before"}}
        shop.sandbox.put(list_id, known)
        more = {"list_id": list_id, "contacts": contacts, "segment": READERS}
        shop.audience(contacts, "select * from people", **more)
    shop.dbt("run")
    shop.sync("--first")
    assert names(shop, lists["none"]) == {"known": "Before"}
    assert names(shop, lists["update"]) == {"known": "known"}
    assert names(shop, lists["create"]) == {"known": "Before", "new": "new"}
    assert inside(shop, READERS, lists["none"]) == {"known"}
    assert inside(shop, READERS, lists["update"]) == {"known"}
    assert held(shop) == {
        ("none", "new", "not on the list yet"),
        ("update", "new", "not on the list yet"),
        ("create", "known", "exists"),
    }

    # they sign up by themselves, and are picked up
    for contacts in ("none", "update"):
        shop.sandbox.put(lists[contacts], {"email_address": f"new{AT}"})
    shop.sync()
    assert inside(shop, READERS, lists["none"]) == {"known", "new"}
    assert inside(shop, READERS, lists["update"]) == {"known", "new"}
    assert names(shop, lists["none"]) == {"known": "Before", "new": None}
    assert names(shop, lists["update"]) == {"known": "known", "new": "new"}
    assert held(shop) == {("create", "known", "exists")}


def test_a_segment_of_existing_contacts_follows_who_is_wanted(shop: Shop) -> None:
    on_the_list = ("ann", "bob", "cy")
    shop.sandbox.put(shop.list_id, *({"email_address": name + AT} for name in on_the_list))
    people(shop, "ann", "bob", "nobody")
    shop.audience("readers", "select email_address from people", contacts="none", segment=True)
    shop.dbt("run")
    shop.sync("--first")
    assert tagged(shop) == {"ann": ["readers"], "bob": ["readers"], "cy": []}
    shop.sql("update people set email_address = replace(email_address, 'bob', 'cy')")
    shop.dbt("run")
    (report,) = shop.sync()["audiences"]
    assert report["counts"]["segment_remove"] == {"accepted": 1}
    assert tagged(shop) == {"ann": ["readers"], "bob": [], "cy": ["readers"]}


def tagged(shop: Shop) -> dict[str, list[str]]:
    """The tags of everybody on the shop's list."""
    return {key.removesuffix(AT): one["tags"] for key, one in shop.members().items()}


def people(shop: Shop, *names: str) -> None:
    """Put people who consent into the warehouse."""
    shop.sql(
        "create table people as"
        f" select name || '{AT}' as email_address, name as fname, true as marketing_consent"
        f" from (select unnest({list(names)}) as name)"
    )


def make(shop: Shop, segment: str, *names: str) -> int:
    """Somebody makes a segment in Mailchimp; its id."""
    body = {"name": segment, "static_segment": [name + AT for name in names]}
    return int(shop.sandbox.must("POST", f"/lists/{shop.list_id}/segments", body)["id"])


def delete(shop: Shop, segment: str) -> None:
    """Somebody deletes a segment in Mailchimp."""
    shop.sandbox.must("DELETE", f"/lists/{shop.list_id}/segments/{ids(shop)[segment]}")


def ids(shop: Shop) -> dict[str, int]:
    """The segments of the shop's list."""
    found = shop.sandbox.get(f"/lists/{shop.list_id}/segments", type="static")["segments"]
    return {one["name"]: one["id"] for one in found}


def inside(shop: Shop, segment: str, list_id: str | None = None) -> set[str]:
    """Who is in a segment."""
    members = shop.sandbox.members(list_id or shop.list_id)
    return {one["email_address"].removesuffix(AT) for one in members if segment in one["tags"]}


def names(shop: Shop, list_id: str) -> dict[str, str | None]:
    """The first name of everybody on a list."""
    return {
        one["email_address"].removesuffix(AT): one["merge_fields"]["FNAME"] or None
        for one in shop.sandbox.members(list_id)
    }


def contents(shop: Shop) -> dict[str, tuple[Any, ...]]:
    """What a sync can say of everybody on the shop's list."""
    return {
        address: (one["status"], one["merge_fields"], one["tags"])
        for address, one in shop.members().items()
    }


def held(shop: Shop) -> set[tuple[str, str, str]]:
    """Who is listed, for which audience and why."""
    rows = shop.rejections("audience", "email_address", "reason")
    return {(audience, address.removesuffix(AT), reason) for audience, address, reason in rows}


def test_a_segment_of_existing_contacts_is_made_anew_by_a_refresh_and_after_a_deletion(
    shop: Shop,
) -> None:
    address = "ada@people.example.com"
    shop.sandbox.put(shop.list_id, {"email_address": address, "status": "subscribed"})
    shop.audience(
        "readers", f"select '{address}' as email_address", contacts="none", segment="Readers"
    )
    shop.dbt("run")
    shop.sync("--first")
    for options in (["--historical-refresh", "--yes"], []):
        (made,) = shop.sandbox.get(f"/lists/{shop.list_id}/segments")["segments"]
        if not options:
            shop.sandbox.must("DELETE", f"/lists/{shop.list_id}/segments/{made['id']}")
        shop.sync(*options)
        (anew,) = shop.sandbox.get(f"/lists/{shop.list_id}/segments")["segments"]
        assert made["id"] != anew["id"]
        assert shop.members()[address]["tags"] == ["Readers"]
