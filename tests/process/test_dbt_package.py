import json
from typing import Any

import pytest

from dbt_process import PROJECT
from shop import Shop

READERS = "select 'ada@example.com' as email_address, true as marketing_consent"
WEEKLY = """
    weekly:
      +schema: weekly
      +meta:
        mailchimp_defaults:
          {list_id: LIST, segment: true, on_leave: archive, adopt: true, nulls: clear}
"""
PROFILE = """
warehouse:
  target: production
  outputs:
    production: {type: duckdb, path: PATH, schema: main}
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
    path = shop.folder / "shop.duckdb"
    (elsewhere / "profiles.yml").write_text(PROFILE.replace("PATH", str(path)))
    nowhere = tmp_path_factory.mktemp("nowhere")
    arguments = ["--profiles-dir", str(elsewhere), "--profile", "warehouse"]
    ended = shop.loader_process("sync", *arguments, folder=nowhere)
    assert ended.exit_code == 0, ended.output
    assert shop.members()["ada@example.com"]["status"] == "subscribed"


def test_a_folder_gives_defaults_that_a_file_overrides_key_by_key(shop: Shop) -> None:
    project = PROJECT + WEEKLY.replace("LIST", shop.list_id)
    (shop.folder / "dbt_project.yml").write_text(project)
    write(shop, "weekly/news", {"mailchimp": {"on_leave": "unsubscribe", "segment": "News"}})
    write(shop, "weekly/plain", {})
    shop.dbt("run")
    keys = ("list_id", "segment", "on_leave", "adopt", "nulls", "duplicates")
    assert {
        name: [mapping[key] for key in keys]
        for name in ("news", "plain")
        for mapping in mappings(shop, name)
    } == {
        "news": [shop.list_id, "News", "unsubscribe", True, "clear", "first"],
        "plain": [shop.list_id, "plain", "archive", True, "clear", "first"],
    }
    shop.sync()
    assert set(shop.members()["ada@example.com"]["tags"]) == {"News", "plain"}


def test_an_audience_that_feeds_two_lists_owes_each(shop: Shop) -> None:
    other = shop.sandbox.new_list()
    two = [
        {"list_id": shop.list_id, "segment": "One"},
        {"list_id": other, "contacts": "create", "segment": True},
    ]
    write(shop, "readers", {"mailchimp": two})
    shop.dbt("run")
    owed = shop.query("select list_id, segment, action from readers__delta")
    assert {tuple(row.values()) for row in owed} == {
        (shop.list_id, "", "upsert"),
        (shop.list_id, "One", "segment_add"),
        (other, "", "upsert"),
        (other, "readers", "segment_add"),
    }
    shop.sync()
    assert shop.query("from readers__delta") == []
    (member,) = shop.sandbox.members(other)
    assert (member["email_address"], member["tags"]) == ("ada@example.com", ["readers"])


def test_a_parse_of_the_package_warns_of_nothing_and_its_documentation_fits_its_macros(
    shop: Shop,
) -> None:
    project = PROJECT.replace("flags: {", "flags: {validate_macro_args: true, ")
    (shop.folder / "dbt_project.yml").write_text(project)
    shop.audience("readers", READERS)
    said = shop.dbt("parse", "--no-partial-parse")
    assert [line for line in said.splitlines() if "warn" in line.lower()] == []


def test_every_macro_that_another_warehouse_may_replace_is_documented(shop: Shop) -> None:
    shop.dbt("--write-json", "parse")
    manifest = json.loads((shop.folder / "target" / "manifest.json").read_text())
    macros = {
        macro["name"]: macro["description"]
        for macro in manifest["macros"].values()
        if macro["package_name"] == "mailchimp_activation"
    }
    replaced = {name.partition("__")[2] for name in macros if "__" in name}
    assert len(replaced) > 1
    assert [name for name in replaced if not macros[name]] == []
