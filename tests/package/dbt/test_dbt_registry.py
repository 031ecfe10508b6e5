import json
import re
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from dbt_process import PROJECT, DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

READERS = "select 'ada@example.com' as email_address, true as marketing_consent"
BROKEN = "select 'an audience without an address' as problem"
UPSTREAM = "{{ config(materialized='view') }} select "
TESTED = """
models:
  - name: tested
    columns:
      - name: email_address
        data_tests: [accepted_values: {arguments: {values: [VALUE]}}]
"""
SWITCHES = ("has_tags", "interests", "marketing_permissions", "fields")
AUDIENCES = (
    "sound",
    "changed",
    "failing",
    "skipped",
    "tested",
    "removed",
    "switched_off",
    "disabled",
    "disabled_by_folder",
)


@dataclass(frozen=True, kw_only=True)
class Day:
    """What a run of dbt left: rows of the registry, relations, and views that it replaced."""

    registry: dict[str, dict[str, Any]]
    contents: dict[str, list[dict[str, Any]]]
    wanted: set[str]
    replaced: set[str]


def day(shop: Shop, *command: str) -> Day:
    log = shop.folder / "logs" / "dbt.log"
    log.unlink(missing_ok=True)
    shop.try_dbt("--log-level-file", "debug", *command)
    replaced = re.findall(r'create or replace view "shop"."main"."(\w+)"', log.read_text())
    relations = [name + suffix for name in AUDIENCES for suffix in ("", "__history", "__delta")]
    with duckdb.connect(str(shop.folder / "shop.duckdb")) as warehouse:
        return Day(
            registry={row["audience"]: row for row in rows(warehouse, "loader_audiences")},
            contents={name: rows(warehouse, name) for name in relations},
            wanted={row["audience"] for row in rows(warehouse, "loader_wanted")},
            replaced=set(replaced),
        )


def rows(warehouse: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = warehouse.table(name).to_arrow_table().to_pylist()
    return found


def settle(shop: Shop) -> None:
    """Every audience as it should be."""
    for name in AUDIENCES:
        shop.audience(name, READERS)
    shop.audience("skipped", f"{READERS} -- {{{{ ref('upstream') }}}}")
    models = shop.folder / "models"
    (models / "upstream.sql").write_text(UPSTREAM + "1 as one")
    (models / "tested.yml").write_text(TESTED.replace("VALUE", "ada@example.com"))
    (shop.folder / "dbt_project.yml").write_text(PROJECT)


def trouble(shop: Shop) -> None:
    """Something happens to each audience but one."""
    shop.audience("changed", READERS, on_leave="archive")
    shop.audience("failing", BROKEN)
    shop.remove("removed")
    shop.sql(  # and somebody was in its segment once
        "insert into loader_ledger (list_id, audience, kind, segment, email_address, is_managed)"
        f" values ('{shop.list_id}', 'removed', 'segment', 'old', 'ada@example.com', false)"
    )
    shop.audience("switched_off", READERS, enabled=False)
    shop.audience("disabled", "{{ config(enabled=false) }}" + READERS)
    models = shop.folder / "models"
    (models / "upstream.sql").write_text(UPSTREAM + "cast('no number' as integer) / 0 from nowhere")
    (models / "tested.yml").write_text(TESTED.replace("VALUE", "bob@example.com"))
    project = f"{PROJECT}    disabled_by_folder: {{+enabled: false}}\n"
    (shop.folder / "dbt_project.yml").write_text(project)


@dataclass(frozen=True, kw_only=True)
class Days:
    """All is well; trouble; back, but only the sound one is built; all is built from scratch."""

    first: Day
    second: Day
    third: Day
    fourth: Day


@pytest.fixture(scope="module")
def days(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Days:
    shop = Shop(tmp_path_factory.mktemp("registry"), dbt, sandbox)
    settle(shop)
    first = day(shop, "build")
    trouble(shop)
    second = day(shop, "build")
    settle(shop)
    third = day(shop, "run", "--select", "sound")
    fourth = day(shop, "build", "--full-refresh")
    return Days(first=first, second=second, third=third, fourth=fourth)


def said(found: Day, name: str, *columns: str) -> list[Any]:
    return [found.registry[name][column] for column in columns]


def test_an_audience_that_was_built_is_registered_with_its_relations(days: Days) -> None:
    row = days.first.registry["sound"]
    assert (row["enabled"], row["status"], row["failed_tests"]) == (True, "success", "[]")
    assert [row["relation"], row["history"], row["delta"]] == [
        f'"shop"."main"."sound{suffix}"' for suffix in ("", "__history", "__delta")
    ]


def test_a_failed_build_leaves_what_is_known_of_the_last_good_one(days: Days) -> None:
    known = ("configuration", "enabled", "history", "delta")
    assert said(days.second, "failing", "status") == ["error"]
    assert said(days.second, "failing", *known) == said(days.first, "failing", *known)
    assert said(days.third, "failing", "status") == ["error"]


def test_an_audience_whose_upstream_fails_is_registered_as_skipped(days: Days) -> None:
    assert said(days.second, "skipped", "status", "enabled") == ["skipped", True]


def test_a_failed_data_test_is_registered_until_it_passes(days: Days) -> None:
    status, failed = said(days.second, "tested", "status", "failed_tests")
    assert (status, failed.count("accepted_values_tested")) == ("success", 1)
    assert days.third.registry["tested"]["failed_tests"] == "[]"  # that test is gone
    assert said(days.fourth, "tested", "failed_tests") == ["[]"]


def test_a_removed_audience_stays_registered_and_is_not_sent_until_it_is_built_again(
    days: Days,
) -> None:
    columns = ("enabled", "status")
    assert said(days.second, "removed", *columns) == [False, "removed"]
    assert said(days.third, "removed", *columns) == [False, "not built since it came back"]
    assert said(days.fourth, "removed", *columns) == [True, "success"]


@pytest.mark.parametrize("name", ["disabled", "disabled_by_folder"])
def test_an_audience_that_dbt_disables_counts_as_removed(days: Days, name: str) -> None:
    assert said(days.second, name, "enabled", "status") == [False, "removed"]
    assert said(days.fourth, name, "enabled", "status") == [True, "success"]


def test_an_audience_can_be_switched_off(days: Days) -> None:
    assert said(days.second, "switched_off", "enabled", "status") == [False, "success"]
    assert said(days.fourth, "switched_off", "enabled", "status") == [True, "success"]


def test_an_audience_that_is_there_keeps_wanting_whom_it_wanted_whatever_becomes_of_it(
    days: Days,
) -> None:
    removed = {"removed", "disabled", "disabled_by_folder"}  # and they had sent nobody
    assert days.second.wanted == set(AUDIENCES) - removed
    assert days.fourth.wanted == set(AUDIENCES)


def test_whatever_becomes_of_an_audience_and_after_a_full_refresh_its_history_stays(
    days: Days,
) -> None:
    assert days.second.contents == days.first.contents
    assert days.fourth.contents == days.first.contents


def test_a_view_is_replaced_when_its_text_changes_and_no_other_is(days: Days) -> None:
    between = {"loader_wanted__now", "loader_conflicts__now", "loader_left_behind"}
    assert days.second.replaced - between == {"changed__delta"}
    assert days.third.replaced - between == set()
    assert days.fourth.replaced - between == {"changed__delta"}


PLAN = {"type": "radio", "name": "The plan", "choices": ["free", "pro"], "default": "free"}
DESCRIBED = {"plan": PLAN, "BORN": {"type": "birthday", "format": "DD/MM"}}
SWITCHING = f"""
    {READERS}, ['VIP'] as tags, {{'Sports': true, 'O''Brien "x"': false}} as interests,
    {{'Email': true}} as marketing_permissions, 'de' as language, 'Ada' as fname
"""


@pytest.fixture(scope="module")
def configurations(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> dict[str, dict[str, Any]]:
    """What the registry knows of some audiences, by name."""
    shop = Shop(tmp_path_factory.mktemp("configurations"), dbt, sandbox)
    columns = "'pro' as plan, timestamptz '2000-02-29' as born, 1.5 as score"
    shop.audience("plain", READERS)
    shop.audience("switching", SWITCHING)
    described = f"{READERS}, {columns}"
    shop.audience("described", described, fields=DESCRIBED, schedule="0 */2 * * *")
    shop.dbt("run")
    found = shop.query("select audience, configuration from loader_audiences")
    return {row["audience"]: json.loads(row["configuration"]) for row in found}


def test_the_configuration_names_what_the_columns_switch_and_write(
    configurations: dict[str, dict[str, Any]],
) -> None:
    assert {name: configurations["switching"][name] for name in SWITCHES} == {
        "has_tags": True,
        "interests": ["Sports", 'O\'Brien "x"'],
        "marketing_permissions": ["Email"],
        "fields": [
            ["language"],
            ["interests", "interest Sports"],
            ["interests", 'interest O\'Brien "x"'],
            ["marketing_permissions", "Email"],
            ["merge_fields", "FNAME"],
        ],
    }
    assert [configurations["plain"][name] for name in SWITCHES] == [False, [], [], []]


def test_the_configuration_has_the_merge_fields_as_they_are_described(
    configurations: dict[str, dict[str, Any]],
) -> None:
    found = configurations["described"]
    (mapping,) = found["mappings"]
    assert (mapping["schedule"], mapping["fields"]) == ("0 */2 * * *", DESCRIBED)
    told = ("tag", "kind", "type", "label", "choices", "default", "format")
    assert [tuple(field.get(key) for key in told) for field in found["merge_fields"]] == [
        ("PLAN", "text", "radio", "The plan", ["free", "pro"], "free", None),
        ("BORN", "timestamp", "birthday", "born", None, None, "DD/MM"),
        ("SCORE", "number", "number", "score", None, None, None),
    ]
