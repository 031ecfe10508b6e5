"""Every type that the warehouse has, alone and nested, as the column of an audience."""

import json
from typing import Any

import duckdb
import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

# what the payload has of a column, by the logical type and its value
SENT: dict[str, tuple[str, object]] = {
    "BIGINT": ("9223372036854775807::bigint", 9223372036854775807),
    "BIGNUM": ("123456789::bignum", 123456789),
    "BIT": ("'0101'::bit", "0101"),
    "BOOLEAN": ("true", "true"),
    "DATE": ("date '2026-02-28'", "2026-02-28"),
    "DECIMAL": ("1.50::decimal(18, 3)", 1.5),
    "DOUBLE": ("0.25::double", 0.25),
    "ENUM": ("'winter'::enum('summer', 'winter')", "winter"),
    "FLOAT": ("0.5::float", 0.5),
    "HUGEINT": ("7::hugeint", 7),
    "INTEGER": ("-7::integer", -7),
    "NULL": ("null", None),
    "SMALLINT": ("7::smallint", 7),
    "TIMESTAMP": ("timestamp '2026-02-28 23:59:59'", "2026-02-28"),
    "TIMESTAMP WITH TIME ZONE": ("'2026-02-28 23:59:59+00'::timestamptz", "2026-02-28"),
    "TIMESTAMPTZ_NS": ("'2026-02-28 23:59:59+00'::timestamptz_ns", "2026-02-28"),
    "TIMESTAMP_MS": ("'2026-02-28 23:59:59'::timestamp_ms", "2026-02-28"),
    "TIMESTAMP_NS": ("'2026-02-28 23:59:59'::timestamp_ns", "2026-02-28"),
    "TIMESTAMP_S": ("'2026-02-28 23:59:59'::timestamp_s", "2026-02-28"),
    "TINYINT": ("7::tinyint", 7),
    "UBIGINT": ("7::ubigint", 7),
    "UHUGEINT": ("7::uhugeint", 7),
    "UINTEGER": ("7::uinteger", 7),
    "USMALLINT": ("7::usmallint", 7),
    "UTINYINT": ("7::utinyint", 7),
    "UUID": (
        "'0c7e8d1e-0000-4000-8000-000000000001'::uuid",
        "0c7e8d1e-0000-4000-8000-000000000001",
    ),
    "VARCHAR": ("'text'", "text"),
}
# labels that hold the name of a type, or a sign of which a type is made
LABELS = (
    "int", "list", "map", "union", "record", "array", "json", "blob", "bool", "timestamp", "date",
    "time", "interval", "number", "decimal", "struct", "boolean", "[]", "[3]", "{", "(", ")", "),(",
    ",", ", a BOOLEAN", "it''s", '"', "a\\b", "STRUCT(a BOOLEAN)", "varchar[]", "é", "👩", "a\nb",
)  # fmt: skip
ENUM = "enum(" + ", ".join(f"'{label}'" for label in LABELS) + ", 'winter')"
NESTED: dict[str, tuple[str, object]] = {
    "address": (
        f"""struct_pack(addr1 := 'winter'::{ENUM}, city := 'Bern', state := 'BE', zip := 3000,
        addr2 := null)""",
        {"addr1": "winter", "city": "Bern", "state": "BE", "zip": "3000"},
    ),
    **{
        f"label{place}": (f"'{label}'::enum('{label}', 'x')", label.replace("''", "'"))
        for place, label in enumerate(LABELS)
    },
}
REFUSED = {
    "ARRAY": "[1, 2]::integer[2]",
    "BLOB": "'x'::blob",
    "GEOMETRY": "null::geometry",
    "INTERVAL": "interval 1 day",
    "LIST": "['a']",
    "MAP": "map {'a': true}",
    "STRUCT": "{'a': 1}",
    "TIME": "time '10:00:00'",
    "TIME WITH TIME ZONE": "'10:00:00+00'::timetz",
    "TIME_NS": "'10:00:00'::time_ns",
    "TUPLE": "row(1, true)",
    "TYPE": "null::type",
    "UNION": "union_value(a := 1)",
    "VARIANT": "1::variant",
    "JSON": "'1'::json",
    "list of enums": f"['winter'::{ENUM}]",
    "list of structs": "[{'addr1': 'x'}]",
    "list of lists": "[['a']]",
    "map of structs": "map {'a': {'addr1': 'x', 'city': 'x', 'state': 'x', 'zip': 'x'}}",
    "struct in a struct": "{'addr1': {'a': true}, 'city': 'x', 'state': 'x', 'zip': 'x'}",
    "struct of booleans": "{'a, b BOOLEAN': true}",
    "struct of labels": f"{{'a': 'winter'::{ENUM}}}",
    "union of booleans": "union_value(a := true)",
}
ATTRIBUTES = """
    {'latitude': 52.5::float, 'longitude': 13::utinyint} as location,
    {'a, b BOOLEAN': true, 'it''s (1) "x"': false, 'nothing': null} as interests,
    {'winter': true} as marketing_permissions,
    ['winter'::enum('int', 'winter'), 'int'] as tags
"""
# an attribute takes its own kind of struct or list and no other
MISTAKEN = {
    "tags": ["[1]", "[['a']]", "'a'", "map {'a': 'b'}", "[{'a': 'b'}]"],
    "interests": ["{'a': true, 'b': 1}", "{'a': {'b': true}}", "[{'a': true}]", "map {'a': true}"],
    "location": ["{'latitude': '52.5', 'longitude': '13'}", "{'latitude': 1}", "[1, 2]"],
    "marketing_consent": ["'true'", "1", "[true]", "'bool'::enum('bool')"],
}


def model(columns: str, consent: str = "true") -> str:
    given = "" if "as marketing_consent" in columns else f", {consent} as marketing_consent"
    return f"select 'ada@example.com' as email_address, {columns}{given}"


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> tuple[Shop, str]:
    """The audiences of all these, and what dbt said of them."""
    shop = Shop(tmp_path_factory.mktemp("types"), dbt, sandbox)
    sent = enumerate([*SENT.values(), *NESTED.values()])
    columns = ", ".join(f"{value} as c{place}" for place, (value, _) in sent)
    shop.audience("sent", model(f"{columns}, {ATTRIBUTES}"))
    for place, value in enumerate(REFUSED.values()):
        shop.audience(f"refused_{place}_", model(f"{value} as field"))
    for name, values in MISTAKEN.items():
        for place, value in enumerate(values):
            shop.audience(f"mistaken_{name}_{place}_", model(f"{value} as {name}"))
    shop.audience("labelled", model(f"'winter'::{ENUM} as season, 'int'::{ENUM} as step"))
    return shop, shop.try_dbt("run").output


def row_of(built: tuple[Shop, str]) -> dict[str, Any]:
    (row,) = built[0].kept("sent")
    return row


def test_every_type_of_the_warehouse_is_here() -> None:
    with duckdb.connect() as warehouse:
        rows = warehouse.execute("select distinct logical_type from duckdb_types()").fetchall()
    assert {name for (name,) in rows} <= {*SENT, *REFUSED}


def test_each_type_is_sent_as_what_it_is(built: tuple[Shop, str]) -> None:
    row = row_of(built)
    assert row["invalid_reason"] is None
    found = json.loads(row["payload"])["merge_fields"]
    wanted = {name: value for name, (_, value) in {**SENT, **NESTED}.items()}
    assert {name: found.get(f"C{place}") for place, name in enumerate(wanted)} == wanted


def test_structs_and_lists_are_known_by_what_is_in_them(built: tuple[Shop, str]) -> None:
    row = row_of(built)
    payload = json.loads(row["payload"])
    assert payload["location"] == {"latitude": 52.5, "longitude": 13}
    interests = {"interest a, b BOOLEAN": True, 'interest it\'s (1) "x"': False}
    assert payload["interests"] == interests
    assert json.loads(row["marketing_permissions"]) == {"winter": True}
    assert json.loads(row["tags"]) == ["int", "winter"]


def test_a_type_that_no_merge_field_holds_is_refused_in_words(built: tuple[Shop, str]) -> None:
    said = built[1]
    unsaid = [
        name
        for place, name in enumerate(REFUSED)
        if f"The audience refused_{place}_ cannot be built: the column field has a type that no"
        not in " ".join(said.split())
    ]
    assert unsaid == []


def test_an_attribute_of_another_kind_is_refused_in_words(built: tuple[Shop, str]) -> None:
    said = " ".join(built[1].split())
    names = [
        f"mistaken_{name}_{place}_"
        for name, values in MISTAKEN.items()
        for place in range(len(values))
    ]
    assert [one for one in names if f"The audience {one} cannot be built: " not in said] == []


def test_what_is_labelled_like_a_type_is_a_text_in_mailchimp(built: tuple[Shop, str]) -> None:
    shop, _ = built
    shop.sync("--select", "labelled")
    assert shop.members()["ada@example.com"]["merge_fields"] == {"SEASON": "winter", "STEP": "int"}
    fields = shop.sandbox.get(f"/lists/{shop.list_id}/merge-fields", count=100)["merge_fields"]
    assert {one["type"] for one in fields if one["tag"] in ("SEASON", "STEP")} == {"text"}
