import json
import random
from typing import Any, TypeAlias

import duckdb
import pyarrow as pa
import pytest

from dbt_process import DbtProcess
from draws import seeds
from loader.mailchimp.arrow_json import addresses
from loader.model.addresses import FORMAT_CHARACTERS, WHITE_SPACE
from loader.warehouse.engine import dialect
from sandbox_process import SandboxProcess
from shop import Shop

Contacts: TypeAlias = dict[str, dict[str, Any]]  # by address


def code(letter: str) -> str:
    return f"u{ord(letter):x}"


LABEL = "x" * 59
NORMALISED = {
    "Ada@Example.com": "ada@example.com",
    "  spaces@example.com ": "spaces@example.com",
    "\ttabs@example.com\r\n": "tabs@example.com",
    "\u00a0no-break@example.com\u00a0": "no-break@example.com",
    "\ufeffmark@example.com": "mark@example.com",
    "zero-width@example.com\u200b": "zero-width@example.com",
    "ÄRGER@EXAMPLE.COM": "ärger@example.com",
    "me@BÜCHER.example": "me@bücher.example",
}
VALID = (
    "plus+tag@example.com",
    "o'brien@example.com",
    "dots.and-hyphens_x@sub.example.co.uk",
    "hyphen-.dot@example.com",
    "1@2.example",
    "{}!#$%&*/=?^`|~@example.com",
    "a" * 64 + "@example.com",
    f"{'b' * 11}@{LABEL}.{LABEL}.{LABEL}.{'x' * 58}.com",  # 254 in all
)
MALFORMED = (
    "nobody",
    "@example.com",
    "nobody@",
    "nobody@localhost",
    "two@@example.com",
    "two@at@example.com",
    '"quoted"@example.com',
    "back\\slash@example.com",
    "in side@example.com",
    "in\u00a0side@example.com",
    "in\tside@example.com",
    "in\nside@example.com",
    "nul\x00@example.com",
    "escape\x1b@example.com",
    "delete\x7f@example.com",
    "one@example.com,two@example.com",
    "one@example.com;two@example.com",
    "<brackets@example.com>",
    "mailto:somebody@example.com",
    ".leading@example.com",
    "trailing.@example.com",
    "double..dot@example.com",
    "dot@.example.com",
    "dot@example.com.",
    "dot@example..com",
    "hyphen@-example.com",
    "hyphen@example-.com",
    "hyphen@example.-com",
    "hyphen@example.com-",
    "short@example.c",
    "c" * 65 + "@example.com",
    f"{'d' * 12}@{LABEL}.{LABEL}.{LABEL}.{'x' * 58}.com",  # 255
    f"label@{'x' * 64}.com",
)
UNSEEN = WHITE_SPACE + FORMAT_CHARACTERS
CONTROL = [chr(code) for code in (*range(32), *range(127, 160)) if chr(code) not in WHITE_SPACE]
# whatever stands where, and what becomes of it
AROUND = {f"{one}{one}{code(one)}@Example.com{one}": f"{code(one)}@example.com" for one in UNSEEN}
WITHIN = [
    address
    for one in [*UNSEEN, *CONTROL]
    for address in (f"in{one}side@example.com", f"dom{one}ain@ex{one}ample.com")
]
AT_AN_END = [
    address for one in CONTROL for address in (f"{one}a@example.com", f"b@example.com{one}")
]
LETTERS = (
    "a",
    "B",
    "Σ",
    "ς",
    "İ",
    "\u0131",
    "ß",
    "\u1e9e",
    "ǅ",
    "Ä",
    "@",
    ".",
    "陽",
    *UNSEEN,
    *CONTROL,
)
NORMALISING = """
{{ config(materialized='table') }}
select typed, {{ dbt_mailchimp.normalise_address('typed') }} as contact_key
from drawn
"""
DUPLICATES = ("first", "skip", "fail")
CONSENTING = "select email_address, true as marketing_consent"
DOUBLES = """
    select * from (values
        ('both@example.com', 'a', 1, true),
        ('BOTH@example.com', 'b', 2, true),
        ('one@example.com', 'a', 1, true),
        ('one@example.com ', 'b', 2, false),
        ('unasked@example.com', 'a', 1, true),
        ('unasked@example.com', 'b', 2, null),
        ('single@example.com', 'a', 1, true)
    ) as doubles (email_address, name, n, marketing_consent)
"""


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> dict[str, Contacts]:
    """The current contacts of many audiences that one dbt run has built."""
    shop = Shop(tmp_path_factory.mktemp("addresses"), dbt, sandbox)
    typed = [*NORMALISED, *VALID, *MALFORMED, *AROUND, *WITHIN, *AT_AN_END]
    with duckdb.connect(str(shop.folder / "shop.duckdb")) as connection:
        connection.execute("create table raw_addresses (email_address varchar)")
        connection.executemany("insert into raw_addresses values (?)", [[one] for one in typed])
    audiences: dict[str, tuple[str, dict[str, str]]] = {
        "addresses": (f"{CONSENTING} from raw_addresses", {}),
        "unaddressed": (unaddressed("person_id::varchar as person_id, name"), {}),
        "nameless": (unaddressed("name"), {}),
        "identified": (
            f"""{CONSENTING}, email_address[1] || 'p 1' || email_address[1] as person_id
            from raw_addresses where email_address like '%@Example.com_'""",
            {},
        ),
        **{f"nameless_{one}": (unaddressed("name"), {"duplicates": one}) for one in DUPLICATES},
        "doubles": (DOUBLES, {}),
        "doubles_ordered": (DOUBLES, {"order_by": "n"}),
        "doubles_skipped": (DOUBLES, {"duplicates": "skip"}),
    }
    for name, (sql, mailchimp) in audiences.items():
        shop.audience(name, sql, **mailchimp)
    shop.dbt("run")
    return {name: {row["email_address"]: row for row in shop.kept(name)} for name in audiences}


def unaddressed(columns: str) -> str:
    return f"""
        select email as email_address, true as marketing_consent, {columns}
        from (values
            (1, null, 'Ada'), (2, '', 'Ada'), (3, ' ', 'Ada'), (4, '\t', 'Bob'), (4, null, 'Bob')
        ) as people (person_id, email, name)
    """


def fields(contact: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(contact["payload"])["merge_fields"]
    return values


def test_an_address_is_trimmed_and_in_lower_case(built: dict[str, Contacts]) -> None:
    valid = [*NORMALISED.values(), *VALID]
    found = {one: built["addresses"].get(one, {}).get("invalid_reason", "?") for one in valid}
    assert found == dict.fromkeys(valid)


def test_dbt_and_the_loader_normalise_an_address_alike(shop: Shop) -> None:
    drawn = sorted({one for seed in seeds() for one in drawn_addresses(seed)})
    with duckdb.connect(str(shop.folder / "shop.duckdb")) as connection:
        connection.execute("create table drawn as select unnest(?) as typed", [drawn])
    (shop.folder / "models").mkdir(exist_ok=True)
    (shop.folder / "models" / "normalised.sql").write_text(NORMALISING)
    shop.dbt("run", "--select", "normalised")
    in_sql = dialect.contact_key(dialect.identity("typed"))
    rows = shop.query(f"select typed, contact_key, nullif({in_sql}, '') as sql from normalised")
    in_arrow = addresses(pa.array([row["typed"] for row in rows])).to_pylist()
    said = [
        (row["contact_key"], row["sql"], key or None)
        for row, key in zip(rows, in_arrow, strict=True)
    ]
    assert len(rows) == len(drawn)
    assert [one for one in zip(rows, said, strict=True) if len(set(one[1])) > 1] == []


def drawn_addresses(seed: int) -> list[str]:
    """What somebody may have typed: letters with two cases and what nobody sees, anywhere."""
    chance = random.Random(seed)  # noqa: S311 - a test
    return ["".join(chance.choices(LETTERS, k=chance.randint(0, 8))) for _ in range(500)]


def test_a_malformed_address_is_kept_and_never_sent(built: dict[str, Contacts]) -> None:
    found = {one: built["addresses"][one.strip()]["invalid_reason"] for one in MALFORMED}
    assert found == dict.fromkeys(MALFORMED, "malformed address")


def test_what_nobody_sees_goes_from_the_ends_of_an_address(built: dict[str, Contacts]) -> None:
    found = {
        one: built["addresses"].get(one, {}).get("invalid_reason", "?") for one in AROUND.values()
    }
    assert found == dict.fromkeys(AROUND.values())


def test_what_nobody_sees_makes_an_address_malformed_elsewhere(built: dict[str, Contacts]) -> None:
    typed = [*WITHIN, *AT_AN_END]
    found = {one: built["addresses"].get(one, {}).get("invalid_reason", "?") for one in typed}
    assert found == dict.fromkeys(typed, "malformed address")


def test_what_nobody_sees_goes_from_the_ends_of_a_person_id(built: dict[str, Contacts]) -> None:
    assert {row["person_id"] for row in built["identified"].values()} == {"p 1"}
    assert set(built["identified"]) == set(AROUND.values())


def test_people_without_an_address_are_told_apart_by_their_person_id(
    built: dict[str, Contacts],
) -> None:
    assert {key: row["invalid_reason"] for key, row in built["unaddressed"].items()} == {
        f"(none) {key}": "no address"
        for key in ("person 1", "person 2", "person 3", "person 4", "row 2 of person 4")
    }


def test_people_without_address_and_person_id_are_told_apart_by_what_is_known_of_them(
    built: dict[str, Contacts],
) -> None:
    rows = built["nameless"].values()
    assert sorted(fields(row)["NAME"] for row in rows) == ["Ada", "Ada", "Ada", "Bob", "Bob"]


def test_a_row_without_an_address_is_never_the_double_of_another(
    built: dict[str, Contacts],
) -> None:
    for name in ("unaddressed", "nameless", *(f"nameless_{one}" for one in DUPLICATES)):
        told = [(row["invalid_reason"], row["dropped_rows"]) for row in built[name].values()]
        assert told == [("no address", 0)] * 5


def test_several_rows_of_one_address_consent_only_together(built: dict[str, Contacts]) -> None:
    assert {key: row["marketing_consent"] for key, row in built["doubles"].items()} == {
        "both@example.com": True,
        "one@example.com": False,
        "unasked@example.com": False,
        "single@example.com": True,
    }


def test_of_several_rows_the_first_is_sent(built: dict[str, Contacts]) -> None:
    both = {name: built[name]["both@example.com"] for name in ("doubles", "doubles_ordered")}
    assert {name: (fields(row)["N"], row["dropped_rows"]) for name, row in both.items()} == {
        "doubles": (2, 1),  # by all columns: upper case comes first
        "doubles_ordered": (1, 1),
    }


def test_several_rows_of_one_address_can_be_left_out(built: dict[str, Contacts]) -> None:
    reasons = {key: row["invalid_reason"] for key, row in built["doubles_skipped"].items()}
    assert reasons.pop("single@example.com") is None
    assert reasons == dict.fromkeys(reasons, "several rows have this address")
