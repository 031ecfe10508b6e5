"""The ugliest customer table: what it does to one contact, and never to the others."""

from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop
from warehouses.chosen import can_hold

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
UGLY = {name: text for name, text in UGLY.items() if can_hold(text)}


BAD = {
    f"{kind}{place}{AT}": (kind, value)
    for kind, values in WRONG.items()
    for place, value in enumerate(values)
}


MANY = f"""
create table many_rows as
select
    case when range % 2 = 0 then 'Many{AT}' else ' many{AT.upper()} ' end as email_address,
    'n' || range as fname,
    range <> 77777 as marketing_consent
from generate_series(0, 99999) as numbers(range)
"""
BEYOND = ("ärger@bücher.de", "ΟΔΥΣΣΕΥΣ@παράδειγμα.gr", "İstanbul@shop.de", "straße@shop.de")


class Built(NamedTuple):
    """A shop with an audience for each ugly table, none of them sent, and their lists."""

    shop: Shop
    lists: dict[str, str]

    def members(self, audience: str) -> dict[str, dict[str, Any]]:
        found = self.shop.sandbox.members(self.lists[audience])
        return {one["email_address"].lower(): one for one in found}

    def build(self, audience: str, statement: str) -> None:
        """Change the warehouse, let dbt build the audience again, and send it."""
        self.shop.sql(statement)
        self.shop.dbt("run", "--select", audience)
        self.shop.sync("--select", audience)


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Built:
    shop = Shop(tmp_path_factory.mktemp("ugly"), dbt, sandbox)
    names = (*(f"unfit_{kind}" for kind in UNFIT), "of_every_type", "texts", "many", "beyond")
    lists = {name: sandbox.new_list(name=name) for name in names}
    for kind, value in UNFIT.items():
        name = f"unfit_{kind}"
        field = {"tag": "F_FIELD", "name": "Field", "type": kind}
        sandbox.control("PUT", f"/lists/{lists[name]}", {"merge_fields": [field]})
        sql = f"select 'ada{AT}' as email_address, {value} as f_field, true as marketing_consent"
        shop.audience(name, sql, list_id=lists[name])
    of_every_type(shop, lists["of_every_type"])
    rows = [{"email_address": f"{name}{AT}", "note": text} for name, text in UGLY.items()]
    table(shop, "texts_rows", *rows)
    table(shop, "beyond_rows", *({"email_address": one.upper(), "fname": "1st"} for one in BEYOND))
    shop.sql(MANY, f"insert into many_rows values ('single{AT}', 'Single', true)")
    for name in ("of_every_type", "texts"):
        sql = f"select *, true as marketing_consent from {name}_rows"
        shop.audience(name, sql, list_id=lists[name])
    shop.audience("many", "select * from many_rows", list_id=lists["many"])
    beyond = "select *, true as marketing_consent from beyond_rows"
    shop.audience("beyond", beyond, segment="S", list_id=lists["beyond"])
    shop.dbt("run")
    shop.keep()
    return Built(shop, lists)


@pytest.fixture
def built(kept: Built) -> Built:
    kept.shop.put_back()
    return kept


def of_every_type(shop: Shop, list_id: str) -> None:
    """A list with a field of every type, and a table with every wrong value."""
    fields = [
        {"tag": f"F_{kind.upper()}", "name": kind, "type": kind, "options": options}
        for kind, options in KINDS.items()
    ]
    shop.sandbox.control("PUT", f"/lists/{list_id}", {"merge_fields": fields})
    fits = {f"f_{kind}": value for kind, value in FITS.items()}
    wrong = (
        {"email_address": address, **fits, f"f_{kind}": value}
        for address, (kind, value) in BAD.items()
    )
    table(shop, "of_every_type_rows", {"email_address": f"fits{AT}", **fits}, *wrong)


@pytest.mark.parametrize("kind", UNFIT)
def test_a_field_of_a_type_that_no_text_fits_stops_the_audience_before_its_first_write(
    built: Built, kind: str
) -> None:
    name = f"unfit_{kind}"
    ended = built.shop.loader("sync", "--select", name)
    assert (ended.exit_code, built.shop.writes()) == (2, {})
    assert f"F_FIELD of the list '{name}' is of the type {kind}" in ended.output
    assert "and its column is a text" in ended.output


def test_every_type_of_field_with_every_wrong_value_costs_only_that_contact(built: Built) -> None:
    shop, this = built.shop, ("--select", "of_every_type")
    shop.sync(*this, exit_code=1)
    (arrived,) = built.members("of_every_type").values()
    fields = {tag: value for tag, value in arrived["merge_fields"].items() if value != ""}
    assert fields == {f"F_{kind.upper()}": value for kind, value in FITS.items()}
    rejected = shop.rejections("email_address", "outcome", "message")
    assert {(address, outcome) for address, outcome, _ in rejected} == {
        (address, "rejected") for address in BAD
    }
    assert all(f"F_{BAD[address][0].upper()}" in text for address, _, text in rejected)
    shop.forget_requests()
    shop.sync(*this)
    assert shop.writes() == {}
    assert shop.loader("verify", *this).exit_code == 0


def test_whatever_a_text_holds_arrives_as_it_is(built: Built) -> None:
    built.shop.sync("--select", "texts")
    members = built.members("texts").items()
    found = {name: one["merge_fields"]["NOTE"] for name, one in members}
    assert found == {f"{name}{AT}": text for name, text in UGLY.items()}
    assert built.shop.loader("verify", "--select", "texts").exit_code == 0


def test_of_a_hundred_thousand_rows_of_one_address_one_refuses_for_all(built: Built) -> None:
    shop = built.shop
    shop.sync("--select", "many")
    assert set(built.members("many")) == {f"single{AT}"}
    assert shop.rejections("email_address", "outcome", "reason") == [
        (f"many{AT}", "held", "no consent")
    ]
    (row,) = [row for row in shop.kept("many") if row["email_address"].startswith("many")]
    assert row["dropped_rows"] == 99_999

    built.build("many", "update many_rows set marketing_consent = true")
    assert built.members("many")[f"many{AT}"]["status"] == "subscribed"
    built.build("many", "update many_rows set marketing_consent = null where fname = 'n5'")
    assert built.members("many")[f"many{AT}"]["status"] == "unsubscribed"


def test_an_address_beyond_ascii_is_the_same_contact_for_both_sides(built: Built) -> None:
    shop, list_id = built.shop, built.lists["beyond"]
    shop.sync("--select", "beyond")
    there = len(shop.sandbox.members(list_id))
    built.build("beyond", "update beyond_rows set fname = '2nd'")
    members = shop.sandbox.members(list_id)
    assert len(members) == there
    assert {one["merge_fields"]["FNAME"] for one in members} == {"2nd"}
    shop.forget_requests()
    shop.sync("--select", "beyond")
    assert shop.writes() == {}


def table(shop: Shop, name: str, *rows: dict[str, str]) -> None:
    """A table of texts, whatever is in them."""
    columns = ", ".join(f"{column} varchar" for column in rows[0])
    values = (
        ", ".join(f"'{text.replace(chr(39), chr(39) * 2)}'" for text in row.values())
        for row in rows
    )
    inserts = (f"insert into {name} ({', '.join(rows[0])}) values ({each})" for each in values)
    shop.sql(f"create table {name} ({columns})", *inserts)
