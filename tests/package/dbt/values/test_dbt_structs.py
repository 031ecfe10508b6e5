import json
from hashlib import md5
from typing import Any, TypeAlias

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

Contacts: TypeAlias = dict[str, dict[str, Any]]  # by the name before the @

ADDRESSES = {
    "whole": """{'addr1': '1 "Main" St', 'addr2': 'c/o O''Brien', 'city': 'Zürich',
        'state': 'ZH', 'zip': '8001', 'country': 'CH'}""",
    "spaced": """{'addr1': ' 2 Side St ', 'addr2': ' ', 'city': 'Bern', 'state': 'BE',
        'zip': '3000', 'country': null}""",
    "blank": "{'addr1': '', 'addr2': ' ', 'city': null, 'state': '', 'zip': null, 'country': ''}",
    "nothing": "null",
    **{
        f"no_{part}": "struct_pack("
        + ", ".join(
            f"{name} := {'null' if name == part else repr(name)}"
            for name in ("addr1", "addr2", "city", "state", "zip", "country")
        )
        + ")"
        for part in ("addr1", "city", "state", "zip")
    },
    "only_country": "struct_pack(addr1 := '', addr2 := '', city := '', state := '', zip := '',"
    " country := 'CH')",
}
LOCATIONS = {
    "berlin": "{'latitude': 52.52, 'longitude': 13.405}",
    "pole": "{'latitude': -90, 'longitude': 180}",
    "nowhere": "{'latitude': null, 'longitude': null}",
    "nothing": "null",
    "half": "{'latitude': 52.52, 'longitude': null}",
    "other_half": "{'latitude': null, 'longitude': 13.405}",
    "too_far_north": "{'latitude': 90.001, 'longitude': 0}",
    "too_far_west": "{'latitude': 0, 'longitude': -180.001}",
    "no_number": "{'latitude': 'nan'::double, 'longitude': 0}",
}
SWITCHES = {
    "some": """{'News': true, 'it''s "quoted"': false, 'Grün & mehr': null::boolean, 'FNAME': true,
        'a\\b, c.d BOOLEAN': false}""",
    "none": """{'News': null::boolean, 'it''s "quoted"': null::boolean,
        'Grün & mehr': null::boolean, 'FNAME': null::boolean,
        'a\\b, c.d BOOLEAN': null::boolean}""",
    "nothing": "null",
}
SOME = {"News": True, 'it\'s "quoted"': False, "FNAME": True, "a\\b, c.d BOOLEAN": False}
DIFFERENT = {
    "one": """{'News': true, 'it''s "quoted"': true, 'Same': true, 'Said': true, 'Hers': true}""",
    "two": """{'News': false, 'it''s "quoted"': false, 'Same': true, 'Said': null::boolean}""",
}
TAGS = {
    "several": "['VIP', ' Berlin ', '', ' ', null, 'VIP', 'vip', 'O''Brien \"x\"', 'Ä']",
    "blank": "['', ' ', null]",
    "empty": "[]",
    "nothing": "null",
    "long": "[repeat('ü', 100) || ' ']",
    "too_long": "['VIP', repeat('x', 101)]",
}


def rows(column: str, values: dict[str, str], *others: str) -> str:
    """A model with one row a value."""
    return " union all ".join(
        f"select '{name}@example.com' as email_address, true as marketing_consent,"
        f" {', '.join([f'{value} as {column}', *others])}"
        for name, value in values.items()
    )


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """Many audiences that one dbt run has built."""
    shop = Shop(tmp_path_factory.mktemp("structs"), dbt, sandbox)
    shop.audience("addresses", rows("home", ADDRESSES))
    shop.audience("addresses_cleared", rows("home", ADDRESSES), nulls="clear")
    shop.audience("locations", rows("location", LOCATIONS))
    shop.audience("interests", rows("interests", SWITCHES, "'Ada' as fname"))
    shop.audience("permissions", rows("marketing_permissions", SWITCHES, "'Ada' as fname"))
    shop.audience("tagged", rows("tags", TAGS))
    shop.audience("plain", rows("fname", {"ada": "'Ada'"}))
    shop.audience(
        "everything",
        rows("tags", TAGS, "'1' as person_id", f"{SWITCHES['some']} as marketing_permissions"),
    )
    for name, switches in DIFFERENT.items():
        columns = rows("interests", {"ada": switches}, f"{switches} as marketing_permissions")
        shop.audience(name, columns, list_id=f"{shop.list_id}shared")
    shop.dbt("run")
    return shop


def built(shop: Shop, audience: str) -> Contacts:
    return {row["email_address"].removesuffix("@example.com"): row for row in shop.kept(audience)}


def payloads(shop: Shop, audience: str) -> Contacts:
    found = built(shop, audience).items()
    return {name: json.loads(row["payload"]) for name, row in found if not row["invalid_reason"]}


def invalid(shop: Shop, audience: str) -> dict[str, str]:
    rows = built(shop, audience).items()
    return {name: row["invalid_reason"] for name, row in rows if row["invalid_reason"]}


def test_an_address_is_sent_whole_and_without_the_parts_that_are_empty(shop: Shop) -> None:
    found = payloads(shop, "addresses")
    assert found["whole"]["merge_fields"]["HOME"] == {
        "addr1": '1 "Main" St',
        "addr2": "c/o O'Brien",
        "city": "Zürich",
        "state": "ZH",
        "zip": "8001",
        "country": "CH",
    }
    assert found["spaced"]["merge_fields"]["HOME"] == {
        "addr1": "2 Side St",
        "city": "Bern",
        "state": "BE",
        "zip": "3000",
    }


@pytest.mark.parametrize("name", ["blank", "nothing"])
def test_an_address_without_any_part_is_not_sent_or_clears_the_field(shop: Shop, name: str) -> None:
    assert payloads(shop, "addresses")[name]["merge_fields"] == {}
    assert payloads(shop, "addresses_cleared")[name]["merge_fields"] == {"HOME": ""}


def test_an_incomplete_address_makes_a_contact_invalid(shop: Shop) -> None:
    incomplete = ("no_addr1", "no_city", "no_state", "no_zip", "only_country")
    reason = "home is an address without addr1, city, state or zip"
    assert invalid(shop, "addresses") == dict.fromkeys(incomplete, reason)


def test_a_location_is_sent_as_two_numbers_or_not_at_all(shop: Shop) -> None:
    found = payloads(shop, "locations")
    assert found["berlin"]["location"] == {"latitude": 52.52, "longitude": 13.405}
    assert found["pole"]["location"] == {"latitude": -90, "longitude": 180}
    assert [found[name].keys() for name in ("nowhere", "nothing")] == [{"email_address"}] * 2


def test_a_location_that_is_half_or_off_the_map_makes_a_contact_invalid(shop: Shop) -> None:
    wrong = ("half", "other_half", "too_far_north", "too_far_west", "no_number")
    reason = "location is not a latitude and a longitude"
    assert invalid(shop, "locations") == dict.fromkeys(wrong, reason)


def test_interests_are_sent_by_their_marked_names_and_what_is_null_is_not_said(shop: Shop) -> None:
    found = payloads(shop, "interests")
    assert found["some"]["interests"] == {f"interest {name}": on for name, on in SOME.items()}
    assert found["some"]["merge_fields"] == {"FNAME": "Ada"}
    for name in ("none", "nothing"):
        assert found[name].keys() == {"email_address", "merge_fields"}


def test_permissions_are_beside_the_payload_and_what_is_null_is_not_said(shop: Shop) -> None:
    found = built(shop, "permissions")
    assert json.loads(found["some"]["marketing_permissions"]) == SOME
    assert [found[name]["marketing_permissions"] for name in ("none", "nothing")] == [None, None]
    assert "News" not in found["some"]["payload"]


def test_the_permissions_that_are_owed_are_those_that_are_said(shop: Shop) -> None:
    owed = shop.query("from permissions__delta where kind = 'permissions'")
    (row,) = owed
    assert (row["email_address"], row["action"]) == ("some@example.com", "permissions")
    assert json.loads(row["payload"]) == {
        "marketing_permissions": [
            {"marketing_permission_id": name, "enabled": on} for name, on in SOME.items()
        ]
    }


def test_audiences_are_compared_in_each_interest_and_permission_by_itself(shop: Shop) -> None:
    found = shop.query("select distinct reason from loader_conflicts")
    names = 'News, interest News, interest it\'s "quoted" and 1 more'
    assert found == [{"reason": f"one and two want different values for {names}"}]


def test_tags_are_sorted_without_blanks_and_repetitions(shop: Shop) -> None:
    found = {name: row["tags"] for name, row in built(shop, "tagged").items()}
    assert json.loads(found["several"]) == ["Berlin", 'O\'Brien "x"', "VIP", "vip", "Ä"]
    assert [found[name] for name in ("blank", "empty", "nothing")] == [None, None, None]
    assert json.loads(found["long"]) == ["ü" * 100]


MEMBER = md5(b"member", usedforsecurity=False).hexdigest()


def test_tags_that_differ_in_case_are_one_that_is_owed_as_it_is_spelled(shop: Shop) -> None:
    owed = shop.query("""
        select segment, payload, payload_hash from tagged__delta
        where kind = 'tag' and email_address = 'several@example.com' order by segment
    """)
    assert [tuple(row.values()) for row in owed] == [
        ("berlin", "Berlin", MEMBER),
        ('o\'brien "x"', 'O\'Brien "x"', MEMBER),
        ("vip", "VIP", MEMBER),
        ("ä", "Ä", MEMBER),
    ]


def test_a_tag_of_more_than_a_hundred_characters_is_invalid_alone(shop: Shop) -> None:
    assert invalid(shop, "tagged") == {}
    owed = shop.query(
        "select kind, outcome, reason_code from tagged__delta"
        " where email_address = 'too_long@example.com' order by all"
    )
    assert [tuple(row.values()) for row in owed] == [
        ("contact", None, None),
        ("tag", "invalid", "tag_too_long"),
        ("tag", None, None),
    ]


def test_a_delta_has_nothing_of_what_its_audience_has_not(shop: Shop) -> None:
    texts = {
        row["view_name"]: row["sql"]
        for row in shop.query("select view_name, sql from duckdb_views()")
    }
    marks = ("'tag'", "'permissions'", "'change_address'", "mailchimp_members")
    found = {
        name: [mark for mark in marks if mark in texts[f"{name}__delta"]]
        for name in ("plain", "everything")
    }
    assert found == {"plain": ["'change_address'"], "everything": list(marks)}
