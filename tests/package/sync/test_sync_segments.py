"""A segment mirrors its audience: made, filled and emptied, and never taken from somebody."""

from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

AT = "@people.example.com"
READERS = "Newsletter readers"
CONTACTS = ("none", "update", "create")


class Built(NamedTuple):
    """A shop with audiences on lists of their own; those of the shop's list and one are sent."""

    shop: Shop
    lists: dict[str, str]


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Built:
    shop = Shop(tmp_path_factory.mktemp("segments"), dbt, sandbox)
    lists = {name: sandbox.new_list() for name in ("many", "theirs", "existing", *CONTACTS)}
    shop.sql(
        "create table crowd as select 'person' || range || '@people.example.com' as email_address,"
        " true as marketing_consent from generate_series(0, 1000) as numbers(range)"
    )
    shop.audience("many", "select * from crowd", segment=True, list_id=lists["many"])
    for name, names in (
        ("people", "ann bob"),
        ("several", "known new"),
        ("wanted", "ann bob nobody"),
    ):
        people(shop, name, *names.split())
    shop.audience("readers", "select * from people", segment=READERS)
    shop.audience("theirs", "select * from people", segment=READERS, list_id=lists["theirs"])
    for contacts in CONTACTS:
        more = {"list_id": lists[contacts], "contacts": contacts, "segment": READERS}
        shop.audience(contacts, "select * from several", **more)
    there = ({"email_address": name + AT} for name in ("ann", "bob", "cy"))
    sandbox.put(lists["existing"], *there)
    sql = "select email_address from wanted"
    shop.audience("existing", sql, contacts="none", segment=True, list_id=lists["existing"])
    shop.dbt("run")
    shop.sync("--allow-first-sync", "--select", "readers", "--select", "existing")
    shop.keep()
    return Built(shop, lists)


@pytest.fixture
def built(kept: Built) -> Built:
    kept.shop.put_back()
    return kept


def test_a_segment_is_made_filled_and_emptied_in_calls_of_500(built: Built) -> None:
    shop, list_id = built.shop, built.lists["many"]
    shop.sync("--select", "many")
    assert len(inside(shop, "many", list_id)) == 1001
    assert shop.writes() == {
        "POST /lists/{list_id}": 3,
        "POST /lists/{list_id}/segments": 1,
        "POST /lists/{list_id}/segments/{segment_id}": 3,
    }
    shop.sql("delete from crowd")
    shop.dbt("run", "--select", "many")
    shop.forget_requests()
    shop.sync("--allow-leaves", "--select", "many")
    assert inside(shop, "many", list_id) == set()
    assert shop.writes() == {"POST /lists/{list_id}/segments/{segment_id}": 3}


def test_a_segment_of_somebody_else_is_refused_and_taken_over_only_when_asked(
    built: Built,
) -> None:
    shop, list_id = built.shop, built.lists["theirs"]
    shop.sandbox.put(list_id, {"email_address": f"stranger{AT}"})
    made = make(shop, list_id, READERS.upper(), "stranger")
    shop.forget_requests()
    (refused,) = shop.sync("--allow-first-sync", "--select", "theirs", exit_code=2)["audiences"]
    assert (
        f"has a segment '{READERS.upper()}' that this warehouse did not create"
        in (refused["message"])
    )
    assert "adopt: true" in refused["message"]
    assert shop.writes() == {}

    more = {"list_id": list_id, "segment": READERS, "adopt": True}
    shop.audience("theirs", "select * from people", **more)
    shop.dbt("run", "--select", "theirs")
    shop.sync("--allow-first-sync", "--select", "theirs")
    assert inside(shop, READERS.upper(), list_id) == {"ann", "bob", "stranger"}

    shop.sql("delete from people where fname = 'bob'")
    shop.dbt("run", "--select", "theirs")
    shop.sync("--historical-refresh", "--yes", "--select", "theirs")
    assert inside(shop, READERS.upper(), list_id) == {"ann", "stranger"}
    assert ids(shop, list_id) == {READERS.upper(): made}  # never deleted


def test_a_segment_deleted_in_mailchimp_is_made_and_filled_again(built: Built) -> None:
    shop = built.shop
    delete(shop, READERS)
    assert inside(shop, READERS) == set()
    shop.sync("--select", "readers")
    assert inside(shop, READERS) == {"ann", "bob"}

    # one of the same name that somebody made in its place is not ours
    delete(shop, READERS)
    make(shop, shop.list_id, READERS, "ann")
    shop.forget_requests()
    shop.sync("--select", "readers", exit_code=2)
    assert shop.writes() == {}


def test_a_historical_refresh_sends_everything_again_and_makes_our_segment_anew(
    built: Built,
) -> None:
    shop = built.shop
    before, made = contents(shop), ids(shop)[READERS]
    shop.sandbox.put(
        shop.list_id,
        {"email_address": f"ann{AT}", "merge_fields": {"FNAME": "Changed by hand"}, "tags": []},
    )

    shop.forget_requests()
    asked = shop.loader("sync", "--historical-refresh", "--select", "readers")
    assert asked.exit_code == 2
    assert "sends 2 people of readers again" in asked.output
    assert "campaigns and automations" in asked.output
    assert "--yes" in asked.output
    assert shop.sandbox.requests()["total"] == 0

    refresh = ("--historical-refresh", "--yes", "--select", "readers")
    (report,) = shop.sync(*refresh)["audiences"]
    assert report["counts"] == {"segment_add": {"accepted": 2}, "upsert": {"accepted": 2}}
    assert contents(shop) == before
    assert ids(shop)[READERS] != made
    shop.forget_requests()
    shop.sync("--select", "readers")
    assert shop.writes() == {}


def test_contacts_says_what_may_happen_to_people(built: Built) -> None:
    shop, lists = built.shop, built.lists
    sent = [word for contacts in CONTACTS for word in ("--select", contacts)]
    for contacts in CONTACTS:
        known = {"email_address": f"known{AT}", "merge_fields": {"FNAME": "Before"}}
        shop.sandbox.put(lists[contacts], known)
    shop.sync("--allow-first-sync", *sent)
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
    shop.sync(*sent)
    assert inside(shop, READERS, lists["none"]) == {"known", "new"}
    assert inside(shop, READERS, lists["update"]) == {"known", "new"}
    assert names(shop, lists["none"]) == {"known": "Before", "new": None}
    assert names(shop, lists["update"]) == {"known": "known", "new": "new"}
    assert held(shop) == {("create", "known", "exists")}


def test_a_segment_of_existing_contacts_follows_who_is_wanted(built: Built) -> None:
    shop = built.shop
    assert tagged(built) == {"ann": ["existing"], "bob": ["existing"], "cy": []}
    shop.sql("update wanted set email_address = replace(email_address, 'bob', 'cy')")
    shop.dbt("run", "--select", "existing")
    (report,) = shop.sync("--select", "existing")["audiences"]
    assert report["counts"]["segment_remove"] == {"accepted": 1}
    assert tagged(built) == {"ann": ["existing"], "bob": [], "cy": ["existing"]}


def test_a_segment_of_existing_contacts_is_made_anew_by_a_refresh_and_after_a_deletion(
    built: Built,
) -> None:
    shop, list_id = built.shop, built.lists["existing"]
    for options in (["--historical-refresh", "--yes"], []):
        made = ids(shop, list_id)["existing"]
        if not options:
            shop.sandbox.must("DELETE", f"/lists/{list_id}/segments/{made}")
        shop.sync(*options, "--select", "existing")
        (anew,) = ids(shop, list_id).values()
        assert made != anew
        assert tagged(built) == {"ann": ["existing"], "bob": ["existing"], "cy": []}


def tagged(built: Built) -> dict[str, list[str]]:
    """The tags of everybody on the list of existing contacts."""
    members = built.shop.sandbox.members(built.lists["existing"])
    return {one["email_address"].removesuffix(AT): one["tags"] for one in members}


def people(shop: Shop, table: str, *names: str) -> None:
    """Put people who consent into a table."""
    shop.sql(
        f"create table {table} as"
        f" select name || '{AT}' as email_address, name as fname, true as marketing_consent"
        f" from (select unnest(array{list(names)}) as name)"
    )


def make(shop: Shop, list_id: str, segment: str, *names: str) -> int:
    """Somebody makes a segment in Mailchimp; its id."""
    body = {"name": segment, "static_segment": [name + AT for name in names]}
    return int(shop.sandbox.must("POST", f"/lists/{list_id}/segments", body)["id"])


def delete(shop: Shop, segment: str) -> None:
    """Somebody deletes a segment in Mailchimp."""
    shop.sandbox.must("DELETE", f"/lists/{shop.list_id}/segments/{ids(shop)[segment]}")


def ids(shop: Shop, list_id: str | None = None) -> dict[str, int]:
    """The segments of a list."""
    found = shop.sandbox.get(f"/lists/{list_id or shop.list_id}/segments", type="static")[
        "segments"
    ]
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
    """Who is listed, for which audience of `contacts` and why."""
    rows = shop.rejections("audience", "email_address", "reason")
    return {(who, one.removesuffix(AT), why) for who, one, why in rows if who in CONTACTS}
