"""What dbt offers every model works for an audience, or is refused in words."""

import json
import re
from typing import Any

import pytest

from dbt_process import DbtProcess, write_profiles
from sandbox_process import SandboxProcess
from shop import Shop

PEOPLE = (
    "{{ config(materialized='table') }}"
    " select 'ada@shop.de' as email_address, true as marketing_consent"
)
READERS = "select email_address, marketing_consent, FNAME as fname from {{ ref('people') }}"
MACRO = "create or replace macro {}(x) as upper(x)"
HEADER = (
    "{% call set_sql_header(config) %} create temp macro in_header(x) as upper(x); {% endcall %}\n"
)
# the SQL of each of these calls the macro of its name, which has to be made before
FIRST: dict[str, dict[str, Any]] = {
    "in_hook": {"pre_hook": MACRO.format("in_hook")},
    "in_hooks": {"pre_hook": ["select 1", MACRO.format("in_hooks")]},
    "outside": {"pre_hook": {"sql": MACRO.format("outside"), "transaction": False}},
    "in_header": {},
}
WORKING: dict[str, dict[str, Any]] = {
    "tagged": {"tags": ["daily"]},
    "grouped": {"access": "private", "group": "crm"},
    "documented": {"persist_docs": {"relation": True, "columns": True}},
    "granted": {"grants": {"select": ["reporter"]}},  # of which DuckDB has none
    "hooked": {"post_hook": "create or replace table after_it as from {{ this }}"},
}
TESTED = ("right", "wrong", "hopeless")
PROPERTIES = """
groups: [{name: crm, owner: {name: CRM}}]
models:
  - name: documented
    description: Who reads.
    columns: [{name: email_address, description: Where.}, {name: fname, description: Who.}]
unit_tests:
  - name: what_is_right
    model: right
    given: [{input: ref('people'), rows: [{email_address: q}]}]
    expect: {rows: [{email_address: q, fname: Ada}]}
  - name: what_is_wrong
    model: wrong
    given: [{input: ref('people'), rows: [{email_address: q}]}]
    expect: {rows: [{email_address: q, fname: Bob}]}
  - name: what_cannot_run
    model: hopeless
    given: [{input: ref('people'), rows: [{email_address: q, nobody: q}]}]
    expect: {rows: [{email_address: q, fname: Ada}]}
"""


def write(shop: Shop, name: str, sql: str, **settings: Any) -> None:  # noqa: ANN401 - of a model
    config = {"meta": {"mailchimp": {"list_id": shop.list_id, "contacts": "update"}}} | settings
    (shop.folder / f"models/{name}.sql").write_text(f"{{{{ config(**{config!r}) }}}}\n{sql}")


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop whose audiences have one setting each, built twice and then tested."""
    shop = Shop(tmp_path_factory.mktemp("settings"), dbt, sandbox)
    (shop.folder / "models").mkdir()
    (shop.folder / "models/people.sql").write_text(PEOPLE)
    (shop.folder / "models/all.yml").write_text(PROPERTIES)
    for name, settings in FIRST.items():
        header = HEADER if name == "in_header" else ""
        write(shop, name, header + READERS.replace("FNAME", f"{name}('Ada')"), **settings)
    for name, settings in (WORKING | {name: {} for name in TESTED}).items():
        write(shop, name, READERS.replace("FNAME", "'Ada'"), **settings)
    for _ in range(2):  # the first build makes the history, the second one changes it
        said = " ".join(shop.dbt("run").split())
        assert "Grants for relations are not supported by DuckDB" in said
    assert shop.try_dbt("test").exit_code == 1
    return shop


@pytest.mark.parametrize("name", [*FIRST, *WORKING, *TESTED])
def test_an_audience_is_built_whatever_setting_its_model_has(built: Shop, name: str) -> None:
    (row,) = built.query(f"select status from loader_audiences where audience = '{name}'")
    assert row["status"] == "success"
    (contact,) = built.query(f'from "{name}"')
    assert contact["fname"] == ("ADA" if name in FIRST else "Ada")


def test_an_audience_is_chosen_by_the_tag_of_its_model(built: Shop) -> None:
    ended = built.loader("plan", "--json", "--select", "tag:daily")
    assert [one["audience"] for one in json.loads(ended.out)["audiences"]] == ["tagged"]


def test_a_post_hook_sees_the_audience(built: Shop) -> None:
    assert built.query("select email_address from after_it") == [{"email_address": "ada@shop.de"}]


def test_an_audience_whose_unit_test_failed_or_could_not_run_is_not_sent(built: Shop) -> None:
    ended = built.loader("sync", "--allow-first-sync")
    assert ended.exit_code == 3, ended.output
    told = {name: f"{name}: not sent" in ended.output for name in (*FIRST, *WORKING, *TESTED)}
    assert [name for name, is_told in told.items() if is_told] == ["wrong", "hopeless"]
    assert "its tests failed in dbt: what_is_wrong;" in ended.output
    assert "its tests failed in dbt: what_cannot_run;" in ended.output


def test_a_unit_test_that_was_mended_or_is_gone_holds_nothing_back(shop: Shop) -> None:
    (shop.folder / "models").mkdir()
    (shop.folder / "models/people.sql").write_text(PEOPLE)
    write(shop, "wrong", READERS.replace("FNAME", "'Ada'"))
    write(shop, "right", READERS.replace("FNAME", "'Ada'"))
    properties = PROPERTIES.replace("hopeless", "right").partition("groups")[2]
    tests = "unit_tests:" + properties.partition("unit_tests:")[2].replace(", nobody: q", "")
    (shop.folder / "models/all.yml").write_text(tests.replace("fname: Ada", "fname: Bob"))
    shop.dbt("run")
    assert shop.try_dbt("test").exit_code == 1
    failed = "select audience, failed_tests <> '[]' as failed from loader_audiences order by all"
    assert [row["failed"] for row in shop.query(failed)] == [True, True]
    mended = tests.partition("  - name: what_is_wrong")[0]
    (shop.folder / "models/all.yml").write_text(mended)  # right passes, wrong has no test any more
    shop.dbt("test")
    assert [row["failed"] for row in shop.query(failed)] == [False, False]


@pytest.mark.parametrize("database", ["of_the_profile", "of_the_model"])
def test_an_audience_in_an_attached_database_is_refused_and_other_models_are_built(
    shop: Shop, database: str
) -> None:
    attached = {"attach": [{"path": "crm.duckdb", "alias": "crm"}]}
    of_profile = {"database": "crm"} if database == "of_the_profile" else {}
    write_profiles(shop.folder, local=shop.database.output | attached | of_profile)
    (shop.folder / "models").mkdir()
    write(shop, "readers", PEOPLE.partition("}}")[2], database="crm")
    (shop.folder / "models/people.sql").write_text(PEOPLE.replace("')", "', database='crm')"))
    ended = shop.try_dbt("run")
    said = " ".join(ended.output.split())
    assert "The audience readers cannot be built: its database would be 'crm', and" in said
    assert "the loader opens only 'shop'" in said
    assert re.search(r"OK created sql table model \S*main.people", said), said
