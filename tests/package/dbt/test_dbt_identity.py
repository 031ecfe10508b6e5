"""An audience is its relation and its project; what cannot be told apart is refused by name."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from command_line import outside
from dbt_process import PROJECT, DbtProcess, write_profiles
from sandbox_process import SandboxProcess
from shop import Shop

ADA, BOB = "ada@people.example.com", "bob@people.example.com"
ONE = "select '{}' as email_address, true as marketing_consent"
EVERYWHERE_MARKETING = """
{% macro generate_schema_name(custom_schema_name, node) %}marketing{% endmacro %}
"""
VERSIONS = "models: [{name: news, latest_version: 2, versions: [{v: 1}, {v: 2}]}]\n"


@pytest.fixture
def shop(tmp_path: Path, dbt: DbtProcess, sandbox: SandboxProcess) -> Shop:
    (tmp_path / "shop").mkdir()
    return Shop(tmp_path / "shop", dbt, sandbox)


@pytest.fixture
def second(shop: Shop, tmp_path: Path, dbt: DbtProcess, sandbox: SandboxProcess) -> Shop:
    """Another dbt project that writes into the same schema of the same file."""
    (tmp_path / "second").mkdir()
    found = Shop(tmp_path / "second", dbt, sandbox)
    project = PROJECT.replace("shop", "second").replace("profile: second", "profile: shop")
    (found.folder / "dbt_project.yml").write_text(project)
    write_profiles(found.folder, local=shop.database.anywhere)
    return found


def registry(shop: Shop, *columns: str) -> list[tuple[Any, ...]]:
    rows = shop.query("from loader_audiences order by audience")
    return [tuple(row[name] for name in columns) for row in rows]


def refused(shop: Shop, *arguments: str) -> str:
    """What dbt says of an audience that it refuses, in one line."""
    ended = shop.try_dbt("run", *arguments)
    assert ended.exit_code == 1, ended.output
    return " ".join(ended.output.split())


def test_each_version_of_a_model_is_an_audience_of_its_own(shop: Shop) -> None:
    for version, address in ((1, ADA), (2, BOB)):
        shop.audience(f"news_v{version}", ONE.format(address), on_leave="archive", segment=True)
    (shop.folder / "models/schema.yml").write_text(VERSIONS)
    for _ in range(2):
        shop.dbt("run")
        shop.sync()
    assert [row[0] for row in registry(shop, "audience")] == ["news_v1", "news_v2"]
    found = {key: (one["status"], one["tags"]) for key, one in shop.members().items()}
    assert found == {ADA: ("subscribed", ["news_v1"]), BOB: ("subscribed", ["news_v2"])}


def test_an_alias_is_the_name_of_the_audience(shop: Shop) -> None:
    shop.audience("mart_news", f"{{{{ config(alias='news') }}}} {ONE.format(ADA)}")
    shop.dbt("run")
    shop.sync("--select", "news")
    assert registry(shop, "audience", "path") == [("news", "models/mart_news.sql")]
    assert list(shop.members()) == [ADA]


@pytest.mark.parametrize(
    "configs",
    [
        pytest.param(("alias='news', schema='one'", "alias='news', schema='two'"), id="schemas"),
        pytest.param(("alias='news', schema='one'", "alias='News'"), id="letter case"),
    ],
)
def test_two_models_of_one_name_are_refused_by_name(shop: Shop, configs: tuple[str, str]) -> None:
    for name, config in zip(("first", "last"), configs, strict=True):
        shop.audience(name, f"{{{{ config({config}) }}}} {ONE.format(ADA)}")
    output = refused(shop)
    for name, other in (("first", "last"), ("last", "first")):
        said = f"The audience {name} cannot be built: the audience model.shop.{other} has the same"
        assert said in output
    assert "Give one of the two another alias" in output
    assert [row[0] for row in registry(shop, "status")] == ["error"]


def test_projects_that_share_a_schema_leave_the_audiences_of_the_other_alone(
    shop: Shop, second: Shop
) -> None:
    shop.audience("first", ONE.format(ADA))
    shop.dbt("run")
    second.audience("second", ONE.format(BOB), list_id=shop.list_id)
    second.dbt("run")
    shop.dbt("run")
    named = ("audience", "project", "enabled", "status")
    there = ("first", "shop", True, "success")
    assert registry(shop, *named) == [there, ("second", "second", True, "success")]
    assert {row["audience"] for row in shop.query("from loader_wanted")} == {"first", "second"}
    shop.sync()
    assert set(shop.members()) == {ADA, BOB}

    second.remove("second")
    second.audience("more", ONE.format(BOB), list_id=shop.list_id)
    second.dbt("run")
    assert registry(shop, *named) == [
        there,
        ("more", "second", True, "success"),
        ("second", "second", False, "removed"),
    ]


@pytest.mark.parametrize("config", ["", "{{ config(schema='apart') }}"], ids=["same", "apart"])
def test_an_audience_of_another_project_is_not_taken_while_it_is_there(
    shop: Shop, second: Shop, config: str
) -> None:
    shop.audience("news", ONE.format(ADA))
    shop.audience("rest", ONE.format(ADA))
    shop.dbt("run")
    before = shop.query("from loader_audiences order by audience")
    second.audience("news", config + ONE.format(BOB))
    assert "the dbt project 'shop' has an audience of that name in the schema main" in refused(
        second
    )
    assert shop.query("from loader_audiences order by audience") == before
    assert [row["email_address"] for row in shop.query("from news__history")] == [ADA]

    shop.remove("news")
    shop.dbt("run")
    if not config:
        second.dbt("run")
        assert registry(shop, "audience", "project", "status")[0] == ("news", "second", "success")


def test_a_project_that_was_renamed_goes_on_with_the_statement_that_it_is_told(shop: Shop) -> None:
    shop.audience("news", ONE.format(ADA))
    shop.dbt("run")
    renamed = PROJECT.replace("name: shop", "name: store").replace("  shop:", "  store:")
    (shop.folder / "dbt_project.yml").write_text(renamed)
    _, _, told = refused(shop).partition("If the project itself was renamed: ")
    shop.sql(told.split(". ")[0].split(" compiled")[0])
    shop.dbt("run")
    assert registry(shop, "audience", "project", "status") == [("news", "store", "success")]


def test_targets_that_share_a_relation_are_refused(shop: Shop) -> None:
    shop.targets(other={"schema": "other"})
    (shop.folder / "macros").mkdir()
    (shop.folder / "macros/schemas.sql").write_text(EVERYWHERE_MARKETING)
    shop.audience("news", ONE.format(ADA))
    shop.dbt("run")
    shop.audience("news", ONE.format(BOB))
    said = refused(shop, "--target", "other")
    assert "it is registered in the schema main, and this would be registered in the schema" in said
    assert [row["email_address"] for row in shop.query("from marketing.news__history")] == [ADA]
    shop.dbt("run")


def test_a_schema_for_each_developer_makes_two_audiences_and_not_one(shop: Shop) -> None:
    config = "{{ config(schema=var('who')) }}"
    shop.audience("news", config + ONE.format(ADA))
    shop.dbt("run", "--vars", "who: ada")
    before = shop.query("from loader_audiences")
    said = refused(shop, "--vars", "who: bob")
    assert 'is "shop"."main_ada"."news", and this one would be "shop"."main_bob"."news"' in said
    assert shop.query("from loader_audiences") == before

    shop.sql("drop view main_ada.news__delta", "drop table main_ada.news")
    shop.sql("drop table main_ada.news__history")  # it has moved
    shop.dbt("run", "--vars", "who: bob")
    shop.sync()
    assert list(shop.members()) == [ADA]


def test_a_file_that_was_renamed_is_the_same_audience_after_a_run_of_dbt(shop: Shop) -> None:
    shop.audience("news", ONE.format(ADA))
    shop.dbt("run")
    shop.sync()
    shutil.move(shop.folder / "shop.duckdb", shop.folder / "store.duckdb")
    write_profiles(shop.folder, local=shop.database.output | {"path": "store.duckdb"})
    shop.dbt("run")
    shop.forget_requests()
    shop.sync()
    assert shop.writes() == {}


def test_a_history_says_for_which_schema_it_is_kept_also_when_the_file_was_written_anew(
    shop: Shop,
) -> None:
    shop.audience("news", f"{ONE.format(ADA)} union all {ONE.format(BOB)}")
    shop.dbt("run")
    shop.audience("news", ONE.format(ADA))
    shop.dbt("run")
    comments = "select comment from duckdb_tables() where table_name = 'news__history'"
    told = [{"comment": "registered in the schema main"}]
    assert shop.query(comments) == told
    ended = outside(shop.folder, ("forget",), {}, typed=f"{BOB}\n")
    assert ended.exit_code == 0, ended.output
    assert shop.query(comments) == told
