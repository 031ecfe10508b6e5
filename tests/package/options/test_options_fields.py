"""What a contact can hold. One file of models/fields a test."""

from typing import Any

import pytest

from tests.package.options.options_project import AT, Group, people, shown

COLUMNS = {  # of ada, on the first day and on the second
    "plan": ("'Free'", "'Pro'"),
    "size": ("'S'", "'M'"),
    "mobile": ("'212 555 0100'", "'212 555 0199'"),
    "website": ("'https://ada.example'", "'https://ada.example/new'"),
    "picture": ("'https://ada.example/a.png'", "'https://ada.example/b.png'"),
    "postcode": ("'10001'", "'10002'"),
    "joined": ("date '2024-02-29'", "date '2025-03-01'"),
    "ltv": ("12.5", "99"),
    "street": ("'1 Main St'", "'2 Side St'"),
    "city": ("'New York'", "'Boston'"),
    "state": ("'NY'", "'MA'"),
    "country": ("null::varchar", "'CA'"),
    "born_on": ("date '1815-12-10'", "date '1815-12-11'"),
    "cooks": ("true", "false"),
    "hears_jazz": ("true", "true"),
    "dances_jazz": ("null::boolean", "false"),
    "by_email": ("true", "true"),
    "by_post": ("true", "false"),
    "language": ("'en'", "'de'"),
    "is_vip": ("false", "true"),
    "latitude": ("40.7", "42.4"),
    "longitude": ("-74.0", "-71.1"),
    "agreed_at": ("timestamp '2026-01-02 03:04:05'", "timestamp '2026-02-03 04:05:06'"),
}
JAZZ = [
    {"title": "Music", "interests": ["Jazz", "Cooking"]},
    {"title": "Dance", "interests": ["Jazz"]},
]


@pytest.fixture(scope="module")
def group(empty: Group) -> Group:
    """Ada, and next day Ada with other values; somebody gave her a tag in between."""
    empty.copy("fields")
    empty.change("LIST_INTERESTS", interest_categories=JAZZ)
    empty.change("LIST_PERMISSIONS", marketing_permissions=["Email", "Direct mail"])
    for day in (0, 1):
        values = ", ".join(("'ada'", *(both[day] for both in COLUMNS.values())))
        people(empty.shop, values, columns=", ".join(COLUMNS))
        empty.day()
        tagged = {"email_address": f"ada{AT}", "tags": ["Free", "New York", "By hand"]}
        empty.shop.sandbox.put(empty.lists["LIST_TAGS"], tagged)
    return empty


def test_merge_fields_are_made_with_the_type_choices_default_and_name_of_the_file(
    group: Group,
) -> None:
    made = fields(group, "LIST_MERGE_FIELD_TYPES")
    assert made["PLAN"] == ("Your plan", "radio", "Free", {"choices": ["Free", "Pro"]})
    assert made["SIZE"] == ("size", "dropdown", "", {"choices": ["S", "M", "L"]})
    assert made["MOBILE"] == ("mobile", "phone", "", {"phone_format": "US"})
    assert made["JOINED"] == ("joined", "date", "", {"date_format": "DD/MM/YYYY"})
    types = {tag: made[tag][1] for tag in ("WEBSITE", "PICTURE", "POSTCODE", "LTV")}
    assert types == {"WEBSITE": "url", "PICTURE": "imageurl", "POSTCODE": "zip", "LTV": "number"}
    first, second = group.days("fields/merge_field_types")
    assert first["ada"]["merge_fields"] == {
        "PLAN": "Free",
        "SIZE": "S",
        "MOBILE": "212 555 0100",
        "WEBSITE": "https://ada.example",
        "PICTURE": "https://ada.example/a.png",
        "POSTCODE": "10001",
        "JOINED": "2024-02-29",
        "LTV": 12.5,
    }
    changed = {tag: second["ada"]["merge_fields"][tag] for tag in ("PLAN", "POSTCODE", "LTV")}
    assert changed == {"PLAN": "Pro", "POSTCODE": "10002", "LTV": 99}


def test_a_struct_is_an_address(group: Group) -> None:
    first, second = group.days("fields/address")
    address = {"addr1": "1 Main St", "addr2": "", "city": "New York", "state": "NY"}
    assert shown(first, "ADDRESS") == {
        "ada": {**address, "zip": "10001", "country": "US"}
    }  # its own
    address = {"addr1": "2 Side St", "addr2": "", "city": "Boston", "state": "MA"}
    assert shown(second, "ADDRESS") == {"ada": {**address, "zip": "10002", "country": "CA"}}


def test_a_date_is_a_birthday_without_its_year(group: Group) -> None:
    assert fields(group, "LIST_BIRTHDAY")["BIRTHDAY"][1] == "birthday"
    first, second = group.days("fields/birthday")
    assert shown(first, "BIRTHDAY") == {"ada": "12/10"}
    assert shown(second, "BIRTHDAY") == {"ada": "12/11"}


def test_interests_are_switched_by_name_and_by_group_where_two_share_it(group: Group) -> None:
    first, second = group.days("fields/interests")
    on = {"Cooking": True, "Music: Jazz": True, "Dance: Jazz": False}
    assert shown(first, "interests") == {"ada": on}
    assert shown(second, "interests") == {"ada": on | {"Cooking": False}}


def test_marketing_permissions_are_given_and_taken_by_their_texts(group: Group) -> None:
    first, second = group.days("fields/permissions")
    assert shown(first, "marketing_permissions") == {"ada": {"Email": True, "Direct mail": True}}
    assert shown(second, "marketing_permissions") == {"ada": {"Email": True, "Direct mail": False}}


def test_tags_are_given_and_taken_and_those_of_others_stay(group: Group) -> None:
    first, second = group.days("fields/tags")
    assert shown(first, "tags") == {"ada": ["Free", "New York"]}
    assert shown(second, "tags") == {"ada": ["Boston", "By hand", "Pro"]}


def test_attributes_of_mailchimp_are_filled_by_columns_of_their_names(group: Group) -> None:
    first, second = group.days("fields/attributes")
    assert (first["ada"]["language"], second["ada"]["language"]) == ("en", "de")
    assert (first["ada"]["vip"], second["ada"]["vip"]) == (False, True)
    assert place(first["ada"]) == (40.7, -74.0)
    assert place(second["ada"]) == (42.4, -71.1)
    assert first["ada"]["timestamp_opt"] == "2026-01-02T03:04:05+00:00"
    assert second["ada"]["timestamp_opt"] == "2026-02-03T04:05:06+00:00"
    assert first["ada"]["merge_fields"] == {}


def test_verify_finds_all_of_it_as_it_was_confirmed(group: Group) -> None:
    ended = group.shop.loader("verify", "--exclude", "tags")  # somebody gave other tags last
    assert ended.exit_code == 0, ended.output


def place(member: dict[str, Any]) -> tuple[float, float]:
    return (member["location"]["latitude"], member["location"]["longitude"])


def fields(group: Group, variable: str) -> dict[str, tuple[str, str, str, dict[str, Any]]]:
    """The merge fields of a list: name, type, default and options by tag."""
    path = f"/lists/{group.lists[variable]}/merge-fields"
    found = group.shop.sandbox.get(path, count=1000)["merge_fields"]
    return {
        one["tag"]: (one["name"], one["type"], one["default_value"], one["options"])
        for one in found
    }
