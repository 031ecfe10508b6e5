import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

LIST = "f00dcafe01"
PEOPLE = "select 'ada@example.com' as email_address, true as marketing_consent"


class Broken(NamedTuple):
    """A model, its `meta`, and what dbt must say of it, pieces that stand in this order."""

    sql: str
    meta: dict[str, Any]
    said: tuple[str, ...]


def configured(*said: str, **mailchimp: object) -> Broken:
    return Broken(PEOPLE, {"mailchimp": {"list_id": LIST, **mailchimp}}, said)


def selecting(columns: str, *said: str, **mailchimp: object) -> Broken:
    return Broken(f"{PEOPLE}, {columns}", {"mailchimp": {"list_id": LIST, **mailchimp}}, said)


def described(fields: dict[str, object], *said: str) -> Broken:
    columns = "date '2000-02-29' as born, 'pro' as plan, 1 as score, true as is_on"
    return selecting(columns, *said, fields=fields)


BROKEN = {
    "no_meta": Broken(PEOPLE, {}, ("no meta.mailchimp", "'list_id'")),
    "meta_of_text": Broken(PEOPLE, {"mailchimp": LIST}, ("neither a mapping nor a list of",)),
    "meta_of_texts": Broken(PEOPLE, {"mailchimp": [LIST]}, ("neither a mapping nor a list of",)),
    "defaults_of_text": Broken(
        PEOPLE, {"mailchimp_defaults": LIST}, ("meta.mailchimp_defaults is not a mapping",)
    ),
    "no_list": Broken(
        PEOPLE, {"mailchimp": {"segment": "VIP"}}, ("list_id is 'None'", "`loader lists`")
    ),
    "list_of_number": configured("list_id is '12'", "It is a text", list_id=12),
    "list_of_url": configured("list_id is 'us1/12'", "`loader lists`", list_id="us1/12"),
    "unknown_key": configured("the unknown key 'colour'", "Known: list_id, ", colour="red"),
    "unknown_default": Broken(
        PEOPLE,
        {"mailchimp": {"list_id": LIST}, "mailchimp_defaults": {"on_leaf": "keep"}},
        ("the unknown key 'on_leaf'", "on_leave"),
    ),
    "bad_contacts": configured(
        "contacts is 'some'", "It takes upsert, create, update, none", contacts="some"
    ),
    "bad_adopt": configured("adopt is '1'", "It takes True, False", adopt=1),
    "bad_max_leave": configured("max_leave is 'half'", "(20%)", "(0.2)", "(500)", max_leave="half"),
    "negative_max_leave": configured("max_leave is '-5'", "(20%)", max_leave=-5),
    "bad_account": configured("account is 'a b'", "MAILCHIMP_API_KEY_<NAME>", account="a b"),
    "blank_segment": configured("segment is ' '", "It is a name, or true", segment=" "),
    **{
        f"targets_{number}": configured(
            "meta.mailchimp.targets is '", "as in ['prod']", targets=value
        )
        for number, value in enumerate([[], "", " ", ["prod", 1], [""], {"prod": True}, True, 5])
    },
    "nothing_to_do": configured(
        "contacts: none without a segment", "Set segment, or select tags", contacts="none"
    ),
    "one_list_twice": Broken(
        PEOPLE,
        {"mailchimp": [{"list_id": LIST}, {"list_id": LIST, "segment": "VIP"}]},
        ("two of its mappings name the same list_id",),
    ),
    "lists_disagree": Broken(
        PEOPLE,
        {"mailchimp": [{"list_id": LIST}, {"list_id": "f00dcafe02", "nulls": "clear"}]},
        ("its mappings differ in 'nulls'",),
    ),
    "long_tags": selecting(
        "1 as lifetime_value, 2 as lifetime_visits, 3 as für, 4 as email, 5 as fine",
        "at most 10 characters",
        "lifetime_value has 14 characters",
        "lifetime_visits has 15 characters",
        "and a tag is letters, digits and underscores",
        "EMAIL is Mailchimp's own tag",
        "lifetime_value and lifetime_visits would both be LIFETIME_V",
        "Rename with `as`",
    ),
    "no_consent": Broken(
        "select 'ada@example.com' as email_address",
        {"mailchimp": {"list_id": LIST, "contacts": "create"}},
        ("boolean column marketing_consent", "consent: assumed", "contacts: update or none"),
    ),
    "text_consent": Broken(
        "select 'ada@example.com' as email_address, 'yes' as marketing_consent",
        {"mailchimp": {"list_id": LIST}},
        ("marketing_consent is VARCHAR", "cast it"),
    ),
    "no_address": Broken(
        "select 'ada@example.com' as email, true as marketing_consent",
        {"mailchimp": {"list_id": LIST}},
        ("no column email_address", "Select the address under that name"),
    ),
    "list_column": selecting("[1, 2] as orders", "column orders has a type", "Cast it to text"),
    "struct_column": selecting("{'b': 1} as a", "column a has a type", "a struct of addr1, city"),
    "dotted_column": selecting('1 as "a.b"', "a.b is a part of a struct", "Rename"),
    "blob_column": selecting("'a'::blob as a", "column a has a type", "Cast it to text"),
    "reserved_status": selecting("'x' as status", "column status has the name", "Rename it"),
    "text_vip": selecting("'yes' as vip", "column vip is Mailchimp's vip", "a boolean", "Cast it"),
    "tags_of_text": selecting("'vip' as tags", "column tags is VARCHAR", "a list of texts"),
    "tags_of_numbers": selecting(
        "[1] as tags", "column tags is INTEGER[]", "['Customer', 'Berlin']"
    ),
    "permissions_of_text": selecting(
        "'Email' as marketing_permissions", "is VARCHAR", "a struct of booleans", "{'Email': true}"
    ),
    "permissions_mixed": selecting(
        "{'Email': true, 'Post': 'yes'} as marketing_permissions", "a struct of booleans"
    ),
    "permissions_of_lists": selecting(
        "{'Email': [true]} as marketing_permissions", "a struct of booleans"
    ),
    "interests_of_texts": selecting(
        "['Sports'] as interests", "column interests is Mailchimp's interests", "{'Sports': true}"
    ),
    "interests_of_numbers": selecting("{'Sports': 1} as interests", "a struct of booleans"),
    "switches_elsewhere": selecting("{'Sports': true} as likes", "column likes has a type"),
    "texts_elsewhere": selecting("['a'] as likes", "column likes has a type", "Cast it to text"),
    "address_without_zip": selecting(
        "{'addr1': 'Main St 1', 'city': 'Bern', 'state': 'BE'} as home",
        "the column home is an address, a struct of addr1, city, state and zip",
        "it lacks zip",
    ),
    "address_with_street": selecting(
        "{'addr1': '', 'city': '', 'state': '', 'zip': '', 'addr3': ''} as home",
        "the column home is an address",
        "addr3 is not a part of it",
    ),
    "location_of_text": selecting("'52,13' as location", "column location is Mailchimp's location"),
    "location_of_texts": selecting(
        "{'latitude': '52', 'longitude': '13'} as location", "struct of the numbers latitude and"
    ),
    "half_location": selecting("{'latitude': 52.1} as location", "latitude and longitude"),
    "location_elsewhere": selecting(
        "{'latitude': 52.1, 'longitude': 13.4} as place", "column place has a type"
    ),
    "fields_of_text": configured("fields is 'bday'", "a mapping of columns to", fields="bday"),
    "field_nowhere": described(
        {"bday": {"type": "birthday"}},
        "fields names bday, which is not a column that fills a merge field",
        "Those are: born, plan, score, is_on",
    ),
    "field_of_attribute": described({"email_address": {"name": "Mail"}}, "fields names email_addr"),
    "field_of_text": described(
        {"born": "birthday"}, "fields.born is 'birthday'", "a mapping of type, name, choices"
    ),
    "field_unknown_key": described(
        {"born": {"label": "Born"}}, "fields.born has 'label': 'Born'", "type, name, choices"
    ),
    "field_unknown_type": described(
        {"plan": {"type": "colour"}}, "fields.plan.type is 'colour'", "the column is a text", "text"
    ),
    "field_blank_name": described({"plan": {"name": " "}}, "fields.plan has 'name': ' '", "a text"),
    "field_default_of_number": described({"score": {"default": 1}}, "'default': '1'", "a text"),
    "birthday_of_number": described(
        {"score": {"type": "birthday"}},
        "fields.score.type is 'birthday', and the column is a number",
        "Such a column can be number, text",
    ),
    "number_of_text": described({"plan": {"type": "number"}}, "the column is a text", "dropdown"),
    "address_of_text": described({"plan": {"type": "address"}}, "the column is a text"),
    "radio_without_choices": described({"plan": {"type": "radio"}}, "radio and dropdown have"),
    "choices_without_radio": described({"plan": {"choices": ["a"]}}, "and no other type has"),
    "choices_of_text": described(
        {"plan": {"type": "radio", "choices": "a"}}, "has 'choices': 'a'", "a list of texts"
    ),
    "no_choices": described({"plan": {"type": "radio", "choices": []}}, "a list of texts"),
    "choices_of_numbers": described({"plan": {"type": "radio", "choices": [1]}}, "list of texts"),
    "format_of_text": described({"plan": {"format": "US"}}, "fields.plan.format is 'US'", "phone"),
    "wrong_format": described(
        {"born": {"type": "birthday", "format": "MM/DD/YYYY"}}, "format is 'MM/DD/YYYY'", "DD/MM"
    ),
    "schedule_of_four": configured(
        "schedule is '0 * * *'", "five fields, as in '0 */2 * * *'", schedule="0 * * *"
    ),
    "schedule_of_number": configured("schedule is '5'", "a cron expression", schedule=5),
    "timezone_of_number": configured("timezone is '2'", "'Europe/Berlin'", timezone=2),
    "timezone_with_a_space": configured("timezone is 'New York'", "IANA", timezone="New York"),
    "lists_describe_differently": Broken(
        f"{PEOPLE}, 'pro' as plan",
        {
            "mailchimp": [
                {"list_id": LIST, "fields": {"plan": {"name": "Plan"}}},
                {"list_id": "f00dcafe02", "fields": {"plan": {"name": "Tarif"}}},
            ]
        },
        ("its mappings differ in 'fields'", "the same for every list"),
    ),
    "two_rows": Broken(
        f"{PEOPLE} union all select ' ADA@example.com', true",
        {"mailchimp": {"list_id": LIST, "duplicates": "fail"}},
        ("1 address occurs in several rows", "one row per address"),
    ),
}


class Said(NamedTuple):
    """What dbt said of each model that it could not build, and what it registered."""

    shop: Shop
    errors: dict[str, str]
    statuses: dict[str, str]


@pytest.fixture(scope="module")
def said(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Said:
    shop = Shop(tmp_path_factory.mktemp("refusals"), dbt, sandbox)
    shop.audience("sound", PEOPLE)
    for name, broken in BROKEN.items():
        write(shop.folder / f"models/{name}.sql", broken)
    ended = shop.try_dbt("run")
    rows = shop.query("select audience, status from loader_audiences")
    return Said(shop, errors_of(ended.output), {row["audience"]: row["status"] for row in rows})


def write(path: Path, broken: Broken) -> None:
    path.write_text(f"{{{{ config(meta={broken.meta!r}) }}}}\n{broken.sql}\n")


def errors_of(output: str) -> dict[str, str]:
    found = re.findall(
        r"Compilation Error in model (\w+) \(models/\1.sql\)\n(.*?)\n *\n", output, re.DOTALL
    )
    return {name: " ".join(text.split()) for name, text in found}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_an_audience_is_refused_with_what_to_do(said: Said, name: str) -> None:
    pieces = map(re.escape, (f"The audience {name} cannot be built: ", *BROKEN[name].said))
    assert re.match(".*".join(pieces), said.errors[name])


def test_an_audience_that_cannot_be_built_holds_back_no_other(said: Said) -> None:
    assert said.statuses == {"sound": "success", **dict.fromkeys(BROKEN, "error")}


def test_a_build_of_a_part_of_the_rows_is_refused(said: Said) -> None:
    for flag in (["--empty"], ["--sample", "3 days"]):
        ended = said.shop.try_dbt("run", "--select", "sound", *flag)
        assert f"{flag[0]} would remove contacts from this audience" in ended.output
    assert len(said.shop.query("select * from sound")) == 1
