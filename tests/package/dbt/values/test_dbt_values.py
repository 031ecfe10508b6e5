import json
from decimal import Decimal
from typing import Any, TypeAlias

import duckdb
import pytest

from dbt_process import DbtProcess, write_profiles
from sandbox_process import SandboxProcess
from shop import Shop

Contacts: TypeAlias = dict[str, dict[str, Any]]  # by address

TEXTS = (
    "O'Brien",
    'say "hi"',
    "back\\slash",
    "Zoë 健太 Γιώργος",
    "👩🏽‍💻",
    "line\nbreak\ttab\r",
    "bell\x07 nul\x00 escape\x1b",
    "</script>\u2028",
    "{{ jinja }} %s",
    "  kept as it is  ",
    "",
    "ü" * 127 + "x",  # 255 bytes
)
NUMBERS = {
    "0.10::decimal(12, 2)": "0.10",
    "1234567890123456.78::decimal(18, 2)": "1234567890123456.78",
    "-7::tinyint": "-7",
    "9223372036854775807::bigint": "9223372036854775807",
    "(-9223372036854774784)::hugeint": "-9223372036854774784",
    "9223372036854774784::decimal(38, 2)": "9223372036854774784.00",
    "0.1::double": "0.1",
    "1e300::double": "1e300",
    "2.5e-7::float": "2.5e-7",
}
IMPOSSIBLE = {
    "'nan'::double as number": "number is not a finite number",
    "'-infinity'::float as number": "number is not a finite number",
    "9223372036854775808::hugeint as number": "number is a number of more than 64 bits",
    "(-9223372036854775809)::decimal(38, 4) as number": "number is a number of more than 64 bits",
    "18446744073709551615::ubigint as number": "number is a number of more than 64 bits",
    "'infinity'::date as day": "day is not a date of four-digit years",
    "'0999-12-31'::date as day": "day is not a date of four-digit years",
    "'10000-01-01'::date as day": "day is not a date of four-digit years",
    "'0044-03-15 (BC)'::timestamp as day": "day is not a date of four-digit years",
    "repeat('ü', 128) as note": "note has more than 255 bytes",
    "repeat('x', 1_000_000) as note": "note has more than 255 bytes",
}
CONSENTING = "select email_address, true as marketing_consent"


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> dict[str, Contacts]:
    """The current contacts of many audiences that one dbt run has built."""
    shop = Shop(tmp_path_factory.mktemp("values"), dbt, sandbox)
    with duckdb.connect(str(shop.folder / "shop.duckdb")) as connection:
        connection.execute("create table raw_texts (email_address varchar, text varchar)")
        connection.executemany(
            "insert into raw_texts values (?, ?)",
            [[f"text{place}@example.com", text] for place, text in enumerate(TEXTS)],
        )
    audiences: dict[str, tuple[str, dict[str, Any]]] = {
        "nulls_skipped": (nulls(), {}),
        "nulls_cleared": (nulls(), {"nulls": "clear"}),
        "only_nulls": (f"select * exclude (fname) from ({nulls()})", {}),
        "texts": (f"{CONSENTING}, text from raw_texts", {}),
        "numbers": (table_of(NUMBERS), {}),
        **{f"impossible_{place}": (sql, {}) for place, sql in enumerate(map(row_of, IMPOSSIBLE))},
        "typed": (TYPED, {}),
        "described": (DESCRIBED, {"fields": FIELDS}),
        "commented": (f"{nulls()} -- the end", {}),
    }
    for name, (sql, mailchimp) in audiences.items():
        shop.audience(name, sql, **mailchimp)
    # what is sent does not depend on the zone of the session
    zoned = {"settings": {"TimeZone": "Pacific/Honolulu"}}
    write_profiles(shop.folder, local=shop.database.output | zoned)
    shop.dbt("run")
    return {name: {row["email_address"]: row for row in shop.kept(name)} for name in audiences}


def nulls() -> str:
    return f"""
        {CONSENTING}, 'Ada' as fname, null::varchar as lname, null::integer as orders,
        null::date as seen, null::boolean as member, null::varchar as language
        from (select 'nulls@example.com' as email_address)
    """


def row_of(value: str) -> str:
    return f"{CONSENTING}, {value} from (select 'a@example.com' as email_address)"


def table_of(values: dict[str, str]) -> str:
    columns = ", ".join(f"{value} as n{place}" for place, value in enumerate(values))
    return row_of(columns)


TYPED = row_of("""
    true as yes, false as no, date '2024-02-29' as day,
    timestamp '2024-02-29 23:59:59.999' as moment,
    timestamptz '2024-02-28 23:59:59-10:00' as zoned,
    'd3b07384-d113-4ec6-a7fe-1d2e3f4a5b6c'::uuid as id, 'pro'::enum('free', 'pro') as plan,
    'de' as language, true as vip, 'text' as email_type, '192.0.2.1' as ip_opt,
    date '2024-02-29' as timestamp_signup,
    timestamptz '2024-02-28 23:59:59-10:00' as timestamp_opt
""")


DESCRIBED = row_of("""
    date '2024-02-29' as day, timestamp '2024-12-31 23:59:59' as moment,
    timestamptz '2024-12-31 23:59:59-10:00' as zoned, '03/04' as said, null::date as unborn,
    0.10::decimal(12, 2) as amount, true as yes,
    false as no, null::boolean as maybe, date '2024-02-29' as noted, 'de' as spelled
""")
FIELDS: dict[str, dict[str, Any]] = {
    **{name: {"type": "birthday"} for name in ("day", "moment", "ZONED", "said", "unborn")},
    **{name: {"type": "text"} for name in ("amount", "noted")},
    "yes": {"type": "radio", "choices": ["true", "false"]},
    "no": {"type": "dropdown", "choices": ["true", "false"]},
    "maybe": {"type": "radio", "choices": ["true", "false"], "default": "false"},
    "spelled": {"name": "Spelled out", "type": "radio", "choices": ["de", "en"]},
}


def fields(contact: dict[str, Any]) -> dict[str, Any]:
    """The merge fields of a payload, numbers to the last digit."""
    payload = json.loads(contact["payload"], parse_float=Decimal, parse_int=Decimal)
    values: dict[str, Any] = payload["merge_fields"]
    return values


def test_a_null_is_not_sent(built: dict[str, Contacts]) -> None:
    payload = json.loads(built["nulls_skipped"]["nulls@example.com"]["payload"])
    assert payload == {"email_address": "nulls@example.com", "merge_fields": {"FNAME": "Ada"}}


def test_a_null_can_clear_the_field(built: dict[str, Contacts]) -> None:
    payload = json.loads(built["nulls_cleared"]["nulls@example.com"]["payload"])
    cleared = dict.fromkeys(("LNAME", "ORDERS", "SEEN", "MEMBER"), "")
    assert payload["merge_fields"] == {"FNAME": "Ada", **cleared}


def test_a_row_of_nulls_is_a_contact_all_the_same(built: dict[str, Contacts]) -> None:
    payload = json.loads(built["only_nulls"]["nulls@example.com"]["payload"])
    assert payload == {"email_address": "nulls@example.com", "merge_fields": {}}


def test_every_text_arrives_as_it_is(built: dict[str, Contacts]) -> None:
    found = [
        fields(built["texts"][f"text{place}@example.com"])["TEXT"] for place in range(len(TEXTS))
    ]
    assert found == list(TEXTS)


def test_every_number_arrives_to_the_last_digit(built: dict[str, Contacts]) -> None:
    values = fields(built["numbers"]["a@example.com"])
    assert values == {f"N{place}": Decimal(number) for place, number in enumerate(NUMBERS.values())}


def test_a_value_that_its_field_cannot_hold_makes_a_contact_invalid(
    built: dict[str, Contacts],
) -> None:
    found = [built[f"impossible_{place}"]["a@example.com"] for place in range(len(IMPOSSIBLE))]
    assert [row["invalid_reason"] for row in found] == list(IMPOSSIBLE.values())


def test_columns_become_attributes_and_merge_fields_of_their_types(
    built: dict[str, Contacts],
) -> None:
    assert json.loads(built["typed"]["a@example.com"]["payload"]) == {
        "email_address": "a@example.com",
        "language": "de",
        "vip": True,
        "email_type": "text",
        "ip_opt": "192.0.2.1",
        "timestamp_signup": "2024-02-29 00:00:00",
        "timestamp_opt": "2024-02-29 09:59:59",
        "merge_fields": {
            "YES": "true",
            "NO": "false",
            "DAY": "2024-02-29",
            "MOMENT": "2024-02-29",
            "ZONED": "2024-02-29",
            "ID": "d3b07384-d113-4ec6-a7fe-1d2e3f4a5b6c",
            "PLAN": "pro",
        },
    }


def test_a_value_is_written_as_the_described_type_of_its_field_wants_it(
    built: dict[str, Contacts],
) -> None:
    contact = built["described"]["a@example.com"]
    assert json.loads(contact["payload"])["merge_fields"] == {
        "DAY": "02/29",
        "MOMENT": "12/31",
        "ZONED": "01/01",
        "SAID": "03/04",
        "AMOUNT": "0.10",
        "YES": "true",
        "NO": "false",
        "NOTED": "2024-02-29",
        "SPELLED": "de",
    }


def test_a_model_may_end_in_a_comment(built: dict[str, Contacts]) -> None:
    assert built["commented"].keys() == {"nulls@example.com"}
