"""A customer table with planted defects: what each is, and who has it."""

from pathlib import Path
from typing import Any

from shop import Shop

AT = "@adventure.shop.de"
SOURCE = f"""
    select
        range + 1 as person_id,
        'person' || range || '{AT}' as email,
        '697-555-' || lpad((range % 10000)::varchar, 4, '0') as phone,
        range || ' Minute Dr.' as address_line,
        (array['Köln', 'Newport Hills', 'Renton'])[1 + range % 3] as city,
        (array['WA', 'BC'])[1 + range % 2] as state,
        lpad((range * 7 % 99999)::varchar, 5, '0') as postal_code,
        'US' as country
    from generate_series(0, 2999) as numbers(range)
"""
PEOPLE = """
    drop table if exists raw_people; create table raw_people as
    select
        cast(person_id as varchar) as person_id,
        email,
        -- what is no number of the US, or no zip code, is no defect that was planted
        case when phone ~ '^[2-9][0-9]{{2}}-[0-9]{{3}}-[0-9]{{4}}$' then phone end
        as phone,
        coalesce(address_line, '1 Minute Dr.') as address_line,
        coalesce(city, 'Renton') as city,
        coalesce(state, 'WA') as state,
        case when postal_code ~ '^[0-9]{{5}}$' then postal_code else '98006' end
        as postal_code,
        case when length(country) = 2 then country else 'US' end as country,
        (array['gold', 'silver'])[1 + person_id::bigint % 2] as level,
        'https://shop.de/' || person_id as page,
        'a note' as note,
        date '1990-01-01' + cast(person_id::bigint % 9000 as integer) as born,
        cast(person_id::bigint as varchar) as account
    from ({source}) as source
"""
AUDIENCE = """
    select
        person_id, email as email_address, phone, postal_code as postcode, level, page, note, born,
        account,
        ADDRESS as address,
        true as marketing_consent
    from raw_people
"""
ADDRESS = {
    "addr1": "address_line",
    "city": "city",
    "state": "state",
    "zip": "postal_code",
    "country": "country",
}
FIELDS = [
    {"tag": "ACCOUNT", "name": "Account", "type": "text", "required": True},
    {"tag": "PHONE", "name": "Phone", "type": "phone", "options": {"phone_format": "US"}},
    {"tag": "POSTCODE", "name": "Postcode", "type": "zip"},
    {"tag": "PAGE", "name": "Page", "type": "url"},
    {
        "tag": "LEVEL",
        "name": "Level",
        "type": "dropdown",
        "options": {"choices": ["gold", "silver"]},
    },
]
# what is planted: how the plan calls it, and the row before and after
DEFECTS: dict[str, tuple[tuple[str, str], str]] = {
    "no address": (("invalid", "no address"), "email = '  '"),
    "malformed": (("invalid", "malformed address"), "email = replace(email, '@', ' at ')"),
    "long": (("invalid", "note has more than 255 bytes"), "note = repeat('ä', 128)"),
    "date": (("invalid", "born is not a date of four-digit years"), "born = date '0900-01-01'"),
    "half an address": (
        ("invalid", "address is an address without addr1, city, state or zip"),
        "city = null",
    ),
    "fake": (("refused", "fake address"), "email = split_part(email, '@', 1) || '@example.com'"),
    "role": (("doubtful", "role address"), "email = 'webmaster@shop' || person_id || '.de'"),
    "reserved": (
        ("doubtful", "address of a reserved domain"),
        "email = split_part(email, '@', 1) || '@shop.invalid'",
    ),
    "choice": (("doubtful", "LEVEL is none of its choices"), "level = 'bronze'"),
    "required": (("refused", "ACCOUNT is required and has no value"), "account = null"),
    "country": (
        ("refused", "ADDRESS is not an address with a country of two letters"),
        "country = 'USA'",
    ),
    "phone": (
        ("doubtful", "PHONE is not a ten-digit phone number of the US"),
        "phone = '+49 30 1'",
    ),
    "zip": (("doubtful", "POSTCODE is not a five-digit zip code"), "postal_code = 'SW1A 1AA'"),
    "web": (("doubtful", "PAGE is not a web address with http or https"), "page = 'shop.de'"),
}
PLANTED = 200


def settle_defects(shop: Shop, source: Path | None = None) -> None:
    """Put people into the shop, those of a CSV file or made-up ones, and defects into them."""
    rows = SOURCE if source is None else f"select * from read_csv('{source}', all_varchar = true)"
    shop.sandbox.control("PUT", f"/lists/{shop.list_id}", {"merge_fields": FIELDS})
    shop.sql(PEOPLE.format(source=rows), _planted())
    for defect, (_, change) in DEFECTS.items():
        persons = f"select person_id from planted where defect = '{defect}'"
        # the addresses of doubles would make two defects one
        shop.sql(f"update raw_people set {change} where person_id in ({persons})")
    address = shop.struct(ADDRESS, "varchar")
    shop.audience("people", AUDIENCE.replace("ADDRESS", address), segment="People")
    shop.dbt("run")


def _planted() -> str:
    """Who has which defect: two hundred people, drawn by a hash, and the kinds in turn."""
    kinds = ", ".join(f"'{defect}'" for defect in DEFECTS)
    return (
        "drop table if exists planted; create table planted as"
        f" select person_id, (array[{kinds}])[1 + (place - 1) % {len(DEFECTS)}] as defect from ("
        " select person_id, row_number() over (order by md5(person_id), person_id) as place"
        f" from raw_people) as drawn where place <= {PLANTED}"
    )


def planted(shop: Shop) -> dict[str, tuple[str, str]]:
    """By person, the category and the reason that a plan has to give."""
    rows = shop.query("select person_id, defect from planted")
    return {row["person_id"]: DEFECTS[row["defect"]][0] for row in rows}


def named(forecast: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """By person, what a plan says is wrong; several findings of one person are an error."""
    wrong = [
        (one["person_id"], (one["category"], one["reason"]))
        for one in forecast["people"]
        if one["category"] in ("invalid", "refused", "doubtful")
    ]
    found = dict(wrong)
    if len(found) < len(wrong):
        raise AssertionError("a person is named twice")
    return found
