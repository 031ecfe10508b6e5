"""What is wrong is said in one message with what to do next, before anything is written."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

AUDIENCE = "select 'ann@people.example.com' as email_address, true as marketing_consent"
TARGETS: dict[str, dict[str, Any]] = {
    "never": {"path": "never.duckdb"},
    "bare": {"path": "bare.duckdb"},
    "other_schema": {"schema": "other"},
    "no_database": {"path": "dbt_project.yml"},
    "elsewhere": {"type": "teradata"},
    "unset": {"schema": "{{ env_var('NOT_SET_ANYWHERE') }}"},
}
NOT_NULL = """
models:
  - name: untrue
    columns:
      - name: person_id
        data_tests: [not_null]
"""


class Case(NamedTuple):
    """A sync with something wrong, how it ends, and what it says."""

    options: tuple[str, ...]
    environment: dict[str, str | None]
    exit_code: int
    says: tuple[str, ...]


CASES = {
    "no key": Case((), {"MAILCHIMP_API_KEY": None}, 2, ("Set MAILCHIMP_API_KEY", "-us1")),
    "a key without its datacenter": Case(
        (), {"MAILCHIMP_API_KEY": "0123456789"}, 2, ("does not end in its datacenter", "whole key")
    ),
    "a key that Mailchimp does not know": Case(
        (), {"MAILCHIMP_API_KEY": "0123456789-us1"}, 3, ("401", "Check that MAILCHIMP_API_KEY")
    ),
    "an address that would show the key": Case(
        (), {"MAILCHIMP_BASE_URL": "http://mailchimp.example.com/3.0"}, 2, ("must be https",)
    ),
    "nobody at the address": Case(
        ("--retry-seconds", "1"),
        {"MAILCHIMP_BASE_URL": "http://127.0.0.1:9/3.0"},
        3,
        ("Mailchimp did not answer", "Run again later"),
    ),
    "a list that is not there": Case(
        ("--select", "lost"), {}, 3, ("has no list nowhere01", "loader lists", "list_id")
    ),
    "an account without credentials": Case(
        ("--select", "foreign"), {}, 2, ("account 'brand'", "Set MAILCHIMP_API_KEY_BRAND")
    ),
    "a selector that selects nothing": Case(
        ("--select", "raeders"), {}, 2, ("'raeders' selects no audience", "readers")
    ),
    "a warehouse that is not there": Case(("--target", "never"), {}, 2, ("Run dbt first",)),
    "a warehouse without our tables": Case(
        ("--target", "bare"), {}, 2, ("has no loader_audiences", "Run dbt first")
    ),
    "a schema without our tables": Case(
        ("--target", "other_schema"), {}, 2, ("schema other has no loader_audiences",)
    ),
    "a file that is no warehouse": Case(
        ("--target", "no_database"), {}, 3, ("dbt_project.yml cannot be opened",)
    ),
    "a warehouse that the loader cannot read": Case(
        ("--target", "elsewhere"), {}, 2, ("type is 'teradata'", "duckdb")
    ),
    "a profile that wants a variable": Case(
        ("--target", "unset"), {}, 2, ("needs the environment variable NOT_SET_ANYWHERE",)
    ),
    "a target of another name": Case(
        ("--target", "prod"), {}, 2, ("no target 'prod'", "It has: local, never")
    ),
    "a profile of another name": Case(
        ("--profile", "shops"), {}, 2, ("no profile 'shops'", "It has: shop")
    ),
    "a profiles.yml that is no YAML": Case(
        ("--profiles-dir", "broken"), {}, 2, ("profiles.yml cannot be read",)
    ),
    "no profiles.yml": Case(
        ("--profiles-dir", "models"), {}, 2, ("There is no profiles.yml", "--profiles-dir")
    ),
    "no project": Case(
        ("--project-dir", "models"), {}, 2, ("There is no dbt_project.yml in models",)
    ),
    "more connections than there are": Case(("--connections", "11"), {}, 2, ("1<=x<=10",)),
}


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop whose audiences wait to be sent, with more targets than it needs."""
    shop = Shop(tmp_path_factory.mktemp("built"), dbt, sandbox)
    shop.audience("readers", AUDIENCE)
    shop.audience("lost", AUDIENCE, list_id="nowhere01")
    shop.audience("foreign", AUDIENCE, account="brand")
    shop.dbt("run")
    shop.targets(**TARGETS)
    (shop.folder / "broken").mkdir()
    (shop.folder / "broken/profiles.yml").write_text("shop: {target: [local")
    duckdb.connect(str(shop.folder / "bare.duckdb")).close()
    return shop


@pytest.mark.parametrize("name", CASES)
def test_a_sync_says_what_is_wrong_and_writes_nothing(built: Shop, name: str) -> None:
    case = CASES[name]
    built.forget_requests()
    options = case.options if "--select" in case.options else (*case.options, "-s", "readers")
    ended = built.loader("sync", *options, folder=built.folder, **case.environment)
    assert ended.exit_code == case.exit_code, ended.output
    assert [words for words in case.says if words not in ended.output] == [], ended.output
    assert built.writes() == {}
    assert "0123456789" not in ended.output


def test_a_key_of_another_datacenter_is_told_apart_from_a_wrong_one(built: Shop) -> None:
    key = built.sandbox.key.replace("-us1", "-us6")
    ended = built.loader("sync", "-s", "readers", folder=built.folder, MAILCHIMP_API_KEY=key)
    assert ended.exit_code == 3, ended.output
    told = ("403", "datacenter", "MAILCHIMP_API_KEY")
    assert [words for words in told if words not in ended.output] == [], ended.output
    assert key not in ended.output


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a key without its datacenter", "does not end in its datacenter"),
        ("a key that Mailchimp does not know", "Mailchimp refused the credentials"),
    ],
)
def test_the_first_command_of_all_says_what_is_wrong_with_a_key(
    built: Shop, name: str, says: str
) -> None:
    ended = built.loader("lists", folder=built.folder, **CASES[name].environment)
    assert (ended.exit_code, says in ended.output) == (CASES[name].exit_code, True)


def test_check_says_of_each_list_whether_the_account_has_it(built: Shop) -> None:
    told = built.loader("check")
    assert told.exit_code == 3
    assert f"ok    readers: list {built.list_id}" in told.output
    assert "FAIL  lost: Mailchimp has no list nowhere01 for this account" in told.output


def test_outside_a_project_a_profile_must_be_named(built: Shop, tmp_path: Path) -> None:
    of_each = {"target": "local", "outputs": {}}
    (tmp_path / "profiles.yml").write_text(json.dumps({"shop": of_each, "other": of_each}))
    ended = built.loader("sync", folder=tmp_path)
    assert ended.exit_code == 2
    assert "profiles.yml has shop, other. Name one with --profile" in ended.output


def test_an_audience_that_dbt_could_not_build_or_test_is_left_out_and_the_others_are_sent(
    shop: Shop,
) -> None:
    shop.audience("good", AUDIENCE)
    shop.audience("unbuilt", "select * from not_there")
    shop.audience("untrue", AUDIENCE)
    (shop.folder / "models/untrue.yml").write_text(NOT_NULL)
    assert shop.try_dbt("build").exit_code == 1
    report = shop.sync(exit_code=3)
    assert "its last build in dbt ended as 'error'" in report["unsent"]["unbuilt"]
    assert "its tests failed in dbt: not_null_untrue_person_id" in report["unsent"]["untrue"]
    assert [one["audience"] for one in report["audiences"]] == ["good"]
    assert set(shop.members()) == {"ann@people.example.com"}
    assert "unbuilt: not sent" in shop.loader("sync").output

    shop.audience("unbuilt", AUDIENCE)
    shop.audience("untrue", f"{AUDIENCE}, 'p1' as person_id")
    shop.dbt("build")
    assert shop.sync("--allow-first-sync")["unsent"] == {}


def test_two_audiences_with_one_segment_are_refused_before_any_request_and_others_go(
    shop: Shop,
) -> None:
    shop.audience("readers", AUDIENCE, segment="Readers")
    shop.audience("fans", AUDIENCE, segment="READERS")
    shop.dbt("run")
    shop.forget_requests()
    for command in ("sync", "plan", "verify", "check"):
        ended = shop.loader(command)
        assert ended.exit_code == 2
        assert "fans has the same segment 'Readers'" in ended.output
        assert "readers has the same segment 'READERS'" in ended.output
        assert "Give each a segment of its own" in ended.output
    assert shop.sandbox.requests()["total"] == 0
    shop.audience("others", AUDIENCE)
    shop.dbt("run")
    report = shop.sync(exit_code=2)
    assert [one["audience"] for one in report["audiences"]] == ["others"]
    assert set(report["unsent"]) == {"fans", "readers"}
    assert set(shop.members()) == {"ann@people.example.com"}
