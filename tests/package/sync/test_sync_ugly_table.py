"""The ugliest customer table: what it does to one contact, and never to the others."""

from typing import Any

import pytest

from sandbox_process import SandboxProcess
from shop import Shop

AT = "@people.example.com"
KINDS: dict[str, dict[str, Any]] = {
    "birthday": {},
    "phone": {"phone_format": "US"},
    "url": {},
    "imageurl": {},
    "radio": {"choices": ["gold", "silver"]},
    "dropdown": {"choices": ["gold", "silver"]},
    "zip": {},
}
UNFIT = {"number": "'-1.5'", "date": "'2024-02-29'", "address": "'1 Main St, Berlin'"}
FITS = {
    "birthday": "02/29",
    "phone": "206-555-0100",
    "url": "https://shop.example/x",
    "imageurl": "https://shop.example/x.png",
    "radio": "gold",
    "dropdown": "silver",
    "zip": "98101",
}
WRONG = {
    "birthday": ("02/30", "1980-02-29", "13/01"),
    "phone": ("000", "+49 30 123", "call me"),
    "url": ("shop.example", "javascript:alert(1)", "https://"),
    "imageurl": ("x.png",),
    "radio": ("bronze", "Gold", "gold,silver"),
    "dropdown": ("bronze", " silver"),
    "zip": ("1234", "98101-1234", "SW1A 1AA"),
}
UGLY = {
    "nul": "a\x00b",
    "bell": "\x07\x1b[31m",
    "quotes": "\"'`\\",
    "json": '{"status":"subscribed"}',
    "brackets": "]}],",
    "lines": "\r\n\u2028\u2029",
    "emoji": "👩🏽‍💻🇩🇪",
    "right_to_left": "\u202eevil",
    "longest": "x" * 255,
}


BAD = {
    f"{kind}{place}{AT}": (kind, value)
    for kind, values in WRONG.items()
    for place, value in enumerate(values)
}


def of_every_type(shop: Shop) -> dict[str, str]:
    """A list with a field of every type, and a table with every wrong value; what fits."""
    fields = [
        {"tag": f"F_{kind.upper()}", "name": kind, "type": kind, "options": options}
        for kind, options in KINDS.items()
    ]
    shop.sandbox.control("PUT", f"/lists/{shop.list_id}", {"merge_fields": fields})
    columns = ", ".join(f"f_{kind} varchar" for kind in KINDS)
    shop.sql(f"create table people (email_address varchar, {columns})")
    fits = {f"f_{kind}": value for kind, value in FITS.items()}
    insert(shop, {"email_address": f"fits{AT}", **fits})
    for address, (kind, value) in BAD.items():
        insert(shop, {"email_address": address, **fits, f"f_{kind}": value})
    return {name.upper(): value for name, value in fits.items()}


@pytest.mark.parametrize(("kind", "value"), UNFIT.items())
def test_a_field_of_a_type_that_no_text_fits_stops_the_audience_before_its_first_write(
    shop: Shop, kind: str, value: str
) -> None:
    field = {"tag": "F_FIELD", "name": "Field", "type": kind}
    shop.sandbox.control("PUT", f"/lists/{shop.list_id}", {"merge_fields": [field]})
    shop.audience(
        "people_sent",
        f"select 'ada{AT}' as email_address, {value} as f_field, true as marketing_consent",
    )
    shop.dbt("run")
    shop.forget_requests()
    ended = shop.loader("sync")
    assert (ended.exit_code, shop.writes()) == (2, {})
    assert f"F_FIELD of the list '{shop.folder.name}' is of the type {kind}" in ended.output
    assert "and its column is a text" in ended.output


def test_every_type_of_field_with_every_wrong_value_costs_only_that_contact(shop: Shop) -> None:
    fits = of_every_type(shop)
    shop.audience("people_sent", "select *, true as marketing_consent from people")
    shop.dbt("run")
    shop.sync(exit_code=1)
    (arrived,) = shop.members().values()
    assert arrived["merge_fields"] == fits
    rejected = shop.rejections("email_address", "outcome", "text")
    assert {(address, outcome) for address, outcome, _ in rejected} == {
        (address, "rejected") for address in BAD
    }
    assert all(f"F_{BAD[address][0].upper()}" in text for address, _, text in rejected)
    shop.forget_requests()
    shop.sync()
    assert shop.writes() == {}
    assert shop.loader("verify").exit_code == 0


def test_whatever_a_text_holds_arrives_as_it_is(shop: Shop) -> None:
    shop.sql("create table people (email_address varchar, note varchar)")
    for name, text in UGLY.items():
        insert(shop, {"email_address": f"{name}{AT}", "note": text})
    shop.audience("people_sent", "select *, true as marketing_consent from people")
    shop.dbt("run")
    shop.sync()
    found = {name: one["merge_fields"]["NOTE"] for name, one in shop.members().items()}
    assert found == {f"{name}{AT}": text for name, text in UGLY.items()}
    assert shop.loader("verify").exit_code == 0


def test_of_a_hundred_thousand_rows_of_one_address_one_refuses_for_all(shop: Shop) -> None:
    shop.sql(
        f"""
        create table people as
        select
            case when range % 2 = 0 then 'Many{AT}' else ' many{AT.upper()} ' end as email_address,
            'n' || range as fname,
            range <> 77777 as marketing_consent
        from range(100000)
        """,
        f"insert into people values ('single{AT}', 'Single', true)",
    )
    shop.audience("people_sent", "select * from people")
    shop.dbt("run")
    shop.sync()
    assert set(shop.members()) == {f"single{AT}"}
    assert shop.rejections("email_address", "outcome", "reason") == [
        (f"many{AT}", "held", "no consent")
    ]
    (row,) = shop.query("select dropped_rows from people_sent where email_address like 'many%'")
    assert row == {"dropped_rows": 99_999}

    shop.sql("update people set marketing_consent = true")
    shop.dbt("run")
    shop.sync()
    assert shop.members()[f"many{AT}"]["status"] == "subscribed"
    shop.sql("update people set marketing_consent = null where fname = 'n5'")
    shop.dbt("run")
    shop.sync()
    assert shop.members()[f"many{AT}"]["status"] == "unsubscribed"


def test_an_address_beyond_ascii_is_the_same_contact_for_both_sides(
    shop: Shop, sandbox: SandboxProcess
) -> None:
    addresses = ("ärger@bücher.de", "ΟΔΥΣΣΕΥΣ@παράδειγμα.gr", "İstanbul@shop.de", "straße@shop.de")
    shop.sql("create table people (email_address varchar, fname varchar)")
    for address in addresses:
        insert(shop, {"email_address": address.upper(), "fname": "first"})
    shop.audience("people_sent", "select *, true as marketing_consent from people", segment="S")
    shop.dbt("run")
    shop.sync()
    there = len(sandbox.members(shop.list_id))
    shop.sql("update people set fname = 'second'")
    shop.dbt("run")
    shop.sync()
    members = sandbox.members(shop.list_id)
    assert len(members) == there
    assert {one["merge_fields"]["FNAME"] for one in members} == {"second"}
    shop.forget_requests()
    shop.sync()
    assert shop.writes() == {}


def insert(shop: Shop, row: dict[str, str]) -> None:
    """Put a row into the table of people, whatever is in it."""
    values = ", ".join(f"'{text.replace(chr(39), chr(39) * 2)}'" for text in row.values())
    shop.sql(f"insert into people ({', '.join(row)}) values ({values})")
