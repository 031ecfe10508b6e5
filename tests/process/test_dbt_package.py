import json
from typing import Any

import pytest

from dbt_process import PROJECT, DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

READERS = "select 'ada@example.com' as email_address, true as marketing_consent"
WEEKLY = """
    weekly:
      +schema: weekly
      +meta:
        mailchimp_defaults:
          {list_id: LIST, segment: true, on_leave: archive, adopt: true, nulls: clear}
"""


def write(shop: Shop, name: str, meta: dict[str, Any], sql: str = READERS) -> None:
    path = shop.folder / f"models/{name}.sql"
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(f"{{{{ config(meta={meta!r}) }}}}\n{sql}\n")


def mappings(shop: Shop, audience: str) -> list[dict[str, Any]]:
    query = f"select configuration from loader_audiences where audience = '{audience}'"
    (row,) = shop.query(query)
    found: list[dict[str, Any]] = json.loads(row["configuration"])["mappings"]
    return found


def test_the_package_brings_no_model_and_one_file_is_enough_to_sync_from_anywhere(
    shop: Shop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shop.audience("readers", READERS)
    shop.dbt("deps")
    shop.dbt("--write-json", "--no-partial-parse", "build")
    manifest = json.loads((shop.folder / "target" / "manifest.json").read_text())
    enabled = [name for name, node in manifest["nodes"].items() if node["config"]["enabled"]]
    assert [name for name in enabled if not name.startswith("operation.")] == ["model.shop.readers"]
    elsewhere = tmp_path_factory.mktemp("elsewhere")  # no dbt project here
    profile = {"target": "production", "outputs": {"production": shop.database.anywhere}}
    (elsewhere / "profiles.yml").write_text(json.dumps({"warehouse": profile}))
    nowhere = tmp_path_factory.mktemp("nowhere")
    arguments = ["--profiles-dir", str(elsewhere), "--profile", "warehouse"]
    ended = shop.loader_process("sync", *arguments, folder=nowhere)
    assert ended.exit_code == 0, ended.output
    assert shop.members()["ada@example.com"]["status"] == "subscribed"


@pytest.fixture(scope="module")
def several(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> tuple[Shop, str, str]:
    """Two audiences of a folder with defaults, and one that feeds two lists, which follow."""
    shop = Shop(tmp_path_factory.mktemp("several"), dbt, sandbox)
    project = PROJECT + WEEKLY.replace("LIST", shop.list_id)
    (shop.folder / "dbt_project.yml").write_text(project)
    write(shop, "weekly/news", {"mailchimp": {"on_leave": "unsubscribe", "segment": "News"}})
    write(shop, "weekly/plain", {})
    first, other = sandbox.new_list(), sandbox.new_list()
    two = [
        {"list_id": first, "segment": "One"},
        {"list_id": other, "contacts": "create", "segment": True},
    ]
    write(shop, "readers", {"mailchimp": two})
    shop.dbt("run")
    return shop, first, other


def test_a_folder_gives_defaults_that_a_file_overrides_key_by_key(
    several: tuple[Shop, str, str],
) -> None:
    shop, *_ = several
    keys = ("list_id", "segment", "on_leave", "adopt", "nulls", "duplicates")
    assert {
        name: [mapping[key] for key in keys]
        for name in ("news", "plain")
        for mapping in mappings(shop, name)
    } == {
        "news": [shop.list_id, "News", "unsubscribe", True, "clear", "first"],
        "plain": [shop.list_id, "plain", "archive", True, "clear", "first"],
    }
    shop.sync("--select", "news", "--select", "plain")
    assert set(shop.members()["ada@example.com"]["tags"]) == {"News", "plain"}


def test_an_audience_that_feeds_two_lists_owes_each(several: tuple[Shop, str, str]) -> None:
    shop, first, other = several
    owed = shop.query("select list_id, segment, action from readers__delta")
    assert {tuple(row.values()) for row in owed} == {
        (first, "", "upsert"),
        (first, "One", "segment_add"),
        (other, "", "upsert"),
        (other, "readers", "segment_add"),
    }
    shop.sync("--select", "readers")
    assert shop.query("select * from readers__delta") == []
    (member,) = shop.sandbox.members(other)
    assert (member["email_address"], member["tags"]) == ("ada@example.com", ["readers"])


@pytest.fixture(scope="module")
def parsed(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> tuple[str, dict[str, Any]]:
    """What a fresh parse of the package says, and its manifest."""
    shop = Shop(tmp_path_factory.mktemp("parsed"), dbt, sandbox)
    project = PROJECT.replace("flags: {", "flags: {validate_macro_args: true, ")
    (shop.folder / "dbt_project.yml").write_text(project)
    shop.audience("readers", READERS)
    said = shop.dbt("--write-json", "parse", "--no-partial-parse")
    return said, json.loads((shop.folder / "target" / "manifest.json").read_text())


def test_a_parse_of_the_package_warns_of_nothing_and_its_documentation_fits_its_macros(
    parsed: tuple[str, dict[str, Any]],
) -> None:
    said, _ = parsed
    assert [line for line in said.splitlines() if "warn" in line.lower()] == []


def test_every_macro_that_another_warehouse_may_replace_is_documented(
    parsed: tuple[str, dict[str, Any]],
) -> None:
    _, manifest = parsed
    macros = {
        macro["name"]: macro["description"]
        for macro in manifest["macros"].values()
        if macro["package_name"] == "dbt_mailchimp"
    }
    replaced = {name.partition("__")[2] for name in macros if "__" in name}
    assert len(replaced) > 1
    assert [name for name in replaced if not macros[name]] == []
