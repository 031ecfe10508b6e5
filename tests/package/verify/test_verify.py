"""Drift planted by hand is found by `verify`, all of it and nothing else, and healed."""

import json
from typing import Any

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop
from tests.package.verify.manual_changes import AT, Found, Hand, plant

PEOPLE = 40
FIELDS = [("LTV", "number"), ("SINCE", "date"), ("HOME", "address")]
SETTINGS = {
    "interest_categories": [{"title": "News", "interests": ["Sports", "Culture"]}],
    "marketing_permissions": ["Email"],
    "merge_fields": [{"tag": tag, "name": tag, "type": kind} for tag, kind in FIELDS],
}
SELECT = """
select
    'p' || n || '@drift.shop.de' as email_address,
    n as person_id,
    name as fname,
    cast(n * 10 as decimal(9, 2)) as ltv,
    date '2026-01-31' as since,
    HOME as home,
    'de' as language,
    'html' as email_type,
    true as vip,
    INTERESTS as interests,
    PERMISSIONS as marketing_permissions,
    case when is_loyal then array['Loyal'] else cast(array[] as varchar[]) end as tags,
    consents as marketing_consent
from main.people
where is_in
"""
HOME = {
    "addr1": "'Way ' || n",
    "city": "'Bonn'",
    "state": "'-'",
    "zip": "'53111'",
    "country": "'DE'",
}
OTHERS = """
select 'p' || n || '@drift.shop.de' as email_address, 'Bonn' as city
from main.people
where n = 36 and is_loyal or n = 37
"""


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop whose list is as it was confirmed.

    p38 left and p39 lost a tag; p35 and p37 withdrew consent, and p36 left another audience, which
    kept it.
    """
    shop = Shop(tmp_path_factory.mktemp("told"), dbt, sandbox)
    shop.sandbox.control("PUT", f"/lists/{shop.list_id}", SETTINGS)
    shop.sandbox.put(
        shop.list_id,
        {"email_address": f"theirs{AT}", "tags": ["Theirs"]},
        {"email_address": f"P22{AT}".upper()},  # a list keeps the letters that it was told first
    )
    shop.sql(
        "create table people as select n, 'Name ' || n as name, true as is_loyal, true as is_in,"
        f" true as consents from generate_series(0, {PEOPLE - 1}) as t (n)"
    )
    shop.audience("others", OTHERS, contacts="update")
    select = SELECT.replace("HOME", shop.struct(HOME, "varchar"))
    select = select.replace("INTERESTS", shop.struct({"Sports": "true"}))
    select = select.replace("PERMISSIONS", shop.struct({"Email": "true"}))
    shop.audience("readers", select, segment="Readers", on_leave="unsubscribe")
    shop.dbt("run")
    shop.sync("--allow-first-sync")
    shop.sql(
        "update people set is_in = false where n = 38",
        "update people set is_loyal = false where n in (36, 39)",
        "update people set consents = false where n in (35, 37)",
    )
    shop.dbt("run")
    for _ in range(2):
        shop.sync()
        assert verify(shop) == set()
    shop.keep()
    return shop


@pytest.fixture
def told(kept: Shop) -> Shop:
    kept.put_back()
    return kept


def verify(shop: Shop, *options: str, exit_code: int = 0) -> set[Found]:
    """What `loader verify` finds: who, what it is about, how it differs, and what is there."""
    ended = shop.loader("verify", "--json", "--sample", "99", *options)
    assert ended.exit_code == exit_code, ended.output
    answer, _ = json.JSONDecoder().raw_decode(ended.output[ended.output.index("{") :])
    assert [one["message"] for one in answer["audiences"]] == [None, None]
    return {
        (
            row["email_address"].removesuffix(AT),
            row["segment"] or row["kind"],
            row["drift_type"],
            row["field"] or "",
            row["actual"] or "",
        )
        for found in answer["audiences"]
        for row in found["people"]
    }


def shown(shop: Shop) -> dict[str, Any]:
    names = ("status", "merge_fields", "language", "vip", "email_type", "interests", "tags")
    return {
        address.removesuffix(AT): {name: member.get(name) for name in names}
        for address, member in shop.members().items()
    }


def test_what_was_changed_by_hand_is_found_and_nothing_else(told: Shop) -> None:
    planted = plant(told)
    told.forget_requests()
    assert verify(told, exit_code=1) == planted
    assert told.writes() == {}
    assert verify(told, exit_code=1) == planted


def test_what_was_found_is_healed_by_the_next_sync_but_for_what_a_person_decided(
    told: Shop,
) -> None:
    before = shown(told)
    plant(told)
    by_hand = shown(told)
    verify(told, "--repair")
    told.sync(exit_code=1)  # who was deleted for good cannot be brought back
    after = shown(told)
    decided = ("p12", "p15", "p16", "p17", "p35", "p38")
    repaired = [
        f"p{n}"
        for n in range(38)
        if f"p{n}" not in ("p13", "p18", "p20", "p21", "p36", "p37", *decided)
    ]
    assert {who: after[who] for who in repaired} == {who: before[who] for who in repaired}
    assert {who: after[who]["status"] for who in decided} == {
        who: by_hand[who]["status"] for who in decided
    }
    assert after["p39"]["tags"] == before["p39"]["tags"]
    assert after["stranger"]["tags"] == after["p38"]["tags"] == []
    assert after["p21"]["tags"] == ["By hand", "Loyal", "Readers"]
    assert after["moved"] == by_hand["moved"]
    assert not {"p13", "p18"} & after.keys()
    assert set(told.rejections("email_address", "outcome", "reason")) >= {
        (f"p12{AT}", "held", "archived"),
        (f"p15{AT}", "held", "unsubscribed"),
        (f"p16{AT}", "held", "cleaned"),
        (f"p18{AT}", "held", "another address"),
    }
    assert verify(told) == set()


def test_a_source_that_learns_of_a_new_address_goes_on_with_the_same_contact(told: Shop) -> None:
    Hand(told).change("p5", email_address=f"p105{AT}")
    verify(told, "--repair")
    told.sql("update people set n = 105 where n = 5")
    told.dbt("run")
    told.sync()
    members = told.members()
    assert members[f"p105{AT}"]["merge_fields"]["LTV"] == 1050
    assert members[f"p105{AT}"]["status"] == "subscribed"
    assert f"p5{AT}" not in members
    assert verify(told) == set()


def test_a_segment_that_was_deleted_by_hand_is_made_anew(told: Shop) -> None:
    known = told.sandbox.get(f"/lists/{told.list_id}/segments", count=100)["segments"]
    (number,) = (one["id"] for one in known if one["name"] == "Readers")
    told.sandbox.must("DELETE", f"/lists/{told.list_id}/segments/{number}")
    found = verify(told, "--repair")
    assert {(segment, drift) for _, segment, drift, _, _ in found} == {
        ("Readers", "missing_member")
    }
    assert len(found) == PEOPLE - 3
    told.sync()
    assert verify(told) == set()


def test_a_stranger_in_the_segment_who_is_wanted_after_all_stays_in_it(told: Shop) -> None:
    Hand(told).join("p40", "Readers")
    assert len(verify(told, "--repair")) == 1
    told.sql("insert into people values (40, 'Name 40', true, true, true)")
    told.dbt("run")
    told.sync()
    assert verify(told) == set()
    Hand(told).move("Readers", remove="p40")
    assert verify(told, exit_code=1) == {("p40", "Readers", "missing_member", "", "")}


def test_drift_that_comes_back_is_found_again(told: Shop) -> None:
    for _ in range(2):
        Hand(told).change("p1", merge_fields={"FNAME": "Other"})
        assert len(verify(told, "--repair")) == 1
        told.sync()
    assert verify(told) == set()


def test_addresses_are_printed_only_where_they_are_asked_for(told: Shop) -> None:
    Hand(told).change("p1", merge_fields={"FNAME": "Other"})
    ended = told.loader("verify")
    assert "another value" in ended.output
    assert AT not in ended.output
    assert "Other" not in ended.output
    assert f"p1{AT}" in told.loader("verify", "--sample", "1").output


def test_a_list_that_is_gone_is_said_and_the_ledger_stays(told: Shop) -> None:
    told.sandbox.control("DELETE", f"/lists/{told.list_id}")
    before = told.query(
        "select count(*) as rows from loader_ledger where confirmed_hash is not null"
    )
    ended = told.loader("verify", "--repair")
    assert ended.exit_code == 3
    assert "has no list" in ended.output
    after = told.query(
        "select count(*) as rows from loader_ledger where confirmed_hash is not null"
    )
    assert after == before
