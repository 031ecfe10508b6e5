"""The relation of an audience has the columns that its file selects, one row a contact."""

import json
from typing import Any

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

# a column of each kind that an audience takes, and the type that its relation has to have
TYPES = {
    "email_address": ("people.email", "VARCHAR"),
    "person_id": ("people.id", "INTEGER"),
    "marketing_consent": ("people.consent", "BOOLEAN"),
    "tags": ("['A', 'B']", "VARCHAR[]"),
    "interests": ("{'Sports': true}", "STRUCT(Sports BOOLEAN)"),
    "plan": ("cast('pro' as enum('free', 'pro'))", "ENUM('free', 'pro')"),
    "ltv": ("cast(12.5 as decimal(10, 2))", "DECIMAL(10,2)"),
    "seats": ("cast(3 as utinyint)", "UTINYINT"),
    "born": ("date '1990-05-01'", "DATE"),
    "seen_at": ("timestamptz '2026-05-01 10:00:00+00'", "TIMESTAMP WITH TIME ZONE"),
    "vip": ("true", "BOOLEAN"),
    "shipping": (
        "{'addr1': 'A 1', 'city': 'Bonn', 'state': 'NW', 'zip': '53111'}",
        "STRUCT(addr1 VARCHAR, city VARCHAR, state VARCHAR, zip VARCHAR)",
    ),
    "uid": ("uuid '8c0a7c3e-0000-4000-8000-000000000001'", "UUID"),
}
# names that our own tables and statements use, as far as a merge tag can be so long
NAMES = (
    *("payload", "hash", "history", "current", "delta", "ledger", "wanted", "known", "contacts"),
    *("action", "kind", "segment", "list_id", "audience", "outcome", "reason", "is_managed"),
    *("rows", "place", "people", "found", "loader", "loader_key", "row", "value", "name", "id"),
    *("select", "order", "group", "from", "dbt_scd_id", "run_id", "acked_at", "message", "column"),
)
PEOPLE = """
    create table people as select * from (values
        (1, ' Ada@Shop.de', true, 'Ada'), (2, 'ada@shop.de', true, 'Adele'),
        (3, 'bob@shop.de', false, 'Bob'), (4, null, true, 'Nobody'), (5, '', true, 'Noone'),
        (6, 'no address', true, 'Odd')
    ) as people (id, email, consent, fname)
"""
SELECTED = "select {} from people".format(
    ", ".join(f"{value} as {name}" for name, (value, _) in TYPES.items())
)
NAMED = "select 'ada@shop.de' as email_address, true as marketing_consent, {}".format(
    ", ".join(f"'{name}' as \"{name}\"" for name in NAMES)
)
FIRST = "select email as email_address, consent as marketing_consent, fname from people"
PROPERTIES = """
models:
  - name: contracted
    description: Who reads.
    config: {contract: {enforced: true}, persist_docs: {relation: true, columns: true}}
    columns:
      - {name: email_address, data_type: varchar, description: Where., data_tests: [unique]}
      - {name: marketing_consent, data_type: boolean, constraints: [{type: not_null}]}
      - name: fname
        data_type: varchar
        data_tests: [{accepted_values: {arguments: {values: [Adele, Bob, Nobody, Noone, Odd]}}}]
  - name: broken
    config: {contract: {enforced: true}}
    columns: [{name: email_address, data_type: varchar}, {name: fname, data_type: integer}]
"""
CONFIG = "{{{{ config(meta={{'mailchimp': {{'list_id': 'f00d', 'contacts': 'update'{}}}}}{}) }}}}\n"


def write(shop: Shop, name: str, sql: str, mapping: str = "", settings: str = "") -> None:
    (shop.folder / f"models/{name}.sql").write_text(CONFIG.format(mapping, settings) + sql)


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop whose audiences were built twice, one of them over a view of its name."""
    shop = Shop(tmp_path_factory.mktemp("relation"), dbt, sandbox)
    shop.sql(PEOPLE, "create view typed as select 1 as payload")
    (shop.folder / "models").mkdir()
    (shop.folder / "models/all.yml").write_text(PROPERTIES)
    write(shop, "typed", SELECTED)
    write(shop, "named", NAMED)
    write(shop, "first", FIRST, ", 'order_by': 'fname desc'")
    write(shop, "contracted", FIRST, ", 'order_by': 'fname desc'")
    write(shop, "broken", "select email as email_address, fname from people")
    indexes = ", indexes=[{'columns': ['fname']}]"
    write(shop, "indexed", FIRST, settings=indexes)
    (shop.folder / "models/after.sql").write_text(
        "{{ config(materialized='view') }} select fname from {{ ref('first') }}"
    )
    for _ in range(2):
        shop.try_dbt("build")
    return shop


def rows(shop: Shop, relation: str) -> list[dict[str, Any]]:
    """The relation of an audience, by first name."""
    return shop.query(f'from "{relation}" order by fname')


def test_the_columns_are_those_of_the_file_with_their_types(built: Shop) -> None:
    described = {row["column_name"]: row["column_type"] for row in built.query("describe typed")}
    assert described == {name: kind for name, (_, kind) in TYPES.items()}
    statuses = built.query(
        "select audience, status from loader_audiences where status <> 'success'"
    )
    assert statuses == [{"audience": "broken", "status": "error"}]


def test_there_is_one_row_a_contact_as_the_file_selects_it(built: Shop) -> None:
    found = [(row["email_address"], row["fname"]) for row in rows(built, "first")]
    assert found == [
        ("ada@shop.de", "Adele"),  # of two rows of one address, the first by order_by
        ("bob@shop.de", "Bob"),  # who refuses is selected too
        (None, "Nobody"),
        ("", "Noone"),
        ("no address", "Odd"),
    ]
    kept = built.query("select email_address from first__history where dbt_valid_to is null")
    assert len(kept) == len(found)
    assert built.query("from after order by fname") == [{"fname": name} for _, name in found]


@pytest.mark.parametrize("name", NAMES)
def test_a_column_may_have_any_name_that_our_own_tables_have(built: Shop, name: str) -> None:
    (row,) = built.query("from named")
    assert row[name] == name
    (kept,) = built.query("select email_address, payload from named__history")
    assert kept["email_address"] == "ada@shop.de"
    assert json.loads(kept["payload"])["merge_fields"][name.upper()] == name
    (owed,) = built.query("select payload from named__delta where action = 'upsert'")
    assert owed["payload"] == kept["payload"]


def test_a_contract_its_constraints_and_the_tests_of_columns_hold(built: Shop) -> None:
    (row,) = built.query("select failed_tests from loader_audiences where audience = 'contracted'")
    assert row["failed_tests"] == "[]"
    nullable = "select is_nullable from information_schema.columns where table_name = 'contracted'"
    assert {"is_nullable": "NO"} in built.query(nullable)
    comments = "select comment from duckdb_{} where {}_name = 'contracted' and comment <> ''"
    assert built.query(comments.format("tables()", "table")) == [{"comment": "Who reads."}]
    assert built.query(comments.format("columns()", "table")) == [{"comment": "Where."}]
    assert built.query(
        "select count(*) as n from duckdb_indexes() where table_name = 'indexed'"
    ) == [{"n": 1}]


def test_what_breaks_a_contract_is_told_by_dbt_and_changes_nothing(built: Shop) -> None:
    built.keep()
    before = rows(built, "contracted"), built.query("from contracted__history order by all")
    built.sql("update people set consent = null where fname = 'Bob'")
    ended = built.try_dbt("run", "--select", "contracted", "broken")
    assert ended.exit_code == 1
    said = " ".join(ended.output.split())
    assert "NOT NULL constraint failed: contracted.marketing_consent" in said
    assert "This model has an enforced contract that failed" in said
    after = rows(built, "contracted"), built.query("from contracted__history order by all")
    assert after == before
    built.put_back()
