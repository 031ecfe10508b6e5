"""The cookbook: built by dbt and synced, recipe by recipe; and the audience of the README."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cases.recipes import AT, COOKBOOK, CUSTOMERS, ORDERS, recipes, spelled, types
from dbt_process import DbtProcess, write_profiles
from sandbox_process import SandboxProcess
from shop import Shop

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text()
RECIPES = recipes()
AUDIENCES = [Path(name).stem for name in RECIPES if name.startswith("audiences/")]


class Kitchen:
    """A shop with every recipe, on a list for each, and a second account."""

    def __init__(self, shop: Shop, other: SandboxProcess) -> None:
        self.shop, self.other = shop, other
        self.lists = {name: shop.sandbox.new_list(name=name) for name in AUDIENCES}
        other.control("PUT", "/lists/f00dcafe02", {})
        for name, text in RECIPES.items():
            path = shop.folder / "models" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("f00dcafe01", self.lists.get(path.stem, "")))
        shop.sql(CUSTOMERS, ORDERS, *types())
        write_models(shop)
        shop.dbt("run")

    def sync(self, name: str, *options: str) -> dict[str, dict[str, Any]]:
        """Sync one recipe; what its list shows, by the name of the person."""
        ended = self.shop.loader(
            *("sync", "--allow-first-sync", "--select", name, *options),
            MAILCHIMP_API_KEY_EU=self.other.key,
            MAILCHIMP_BASE_URL_EU=self.other.url,
        )
        assert ended.exit_code == 0, ended.output
        members = self.shop.sandbox.members(self.lists[name])
        return {one["email_address"].removesuffix(AT): one for one in members}

    def comes_back(self, name: str) -> None:
        """Pull the list of one recipe, and build the recipe again."""
        self.shop.sandbox.control("POST", "/clock", {"advance": 5})
        ended = self.shop.loader("pull", "--select", self.lists[name])
        assert ended.exit_code == 0, ended.output
        self.shop.dbt("run", "--select", name)
        self.shop.forget_requests()

    def record_skipped(self, name: str, *people: str, **settings: Any) -> None:  # noqa: ANN401 - of a list
        """What the list of a recipe has before."""
        self.shop.sandbox.control("PUT", f"/lists/{self.lists[name]}", settings)
        contacts = ({"email_address": one + AT, "status": "subscribed"} for one in people)
        self.shop.sandbox.put(self.lists[name], *contacts)


def write_models(shop: Shop) -> None:
    """The models of the shop that the examples refer to."""
    (shop.folder / "models").mkdir(exist_ok=True)
    for name in ("customers", "orders"):
        text = "{{ config(materialized='table') }} select * from raw_" + name
        (shop.folder / f"models/{name}.sql").write_text(text)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """One whose clock is put forward, which others need not know."""
    with SandboxProcess("--allow-example-com") as process:
        yield process


@pytest.fixture(scope="module")
def kitchen(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Iterator[Kitchen]:
    with SandboxProcess("--allow-example-com") as other:
        yield Kitchen(Shop(tmp_path_factory.mktemp("kitchen"), dbt, sandbox), other)


def test_every_recipe_is_tried_below() -> None:
    text = Path(__file__).read_text()
    assert [name for name in AUDIENCES if f'"{name}"' not in text] == []
    every = {*recipes(on_postgres=False).items(), *recipes(on_postgres=True).items()}
    assert len(every) + len(types(on_postgres=True)) == spelled()


def test_static_text_replaced_names_a_filter_and_a_cut(kitchen: Kitchen) -> None:
    found = kitchen.sync("customers_of_europe")
    assert set(found) == {"ada", "bob"}
    names = ("SOURCE", "PLAN")
    assert {who: [one["merge_fields"][name] for name in names] for who, one in found.items()} == {
        "ada": ["Web shop", "Basic"],
        "bob": ["Web shop", "Professional"],
    }
    assert len(found["ada"]["merge_fields"]["NOTES"]) == 60


def test_only_who_consented_to_the_objective(kitchen: Kitchen) -> None:
    found = kitchen.sync("product_news")
    assert {name: one["tags"] for name, one in found.items()} == {
        "ada": ["Product news"],
        "cyd": ["Product news"],
    }


def test_lifecycle_and_interests_as_tags(kitchen: Kitchen) -> None:
    kitchen.record_skipped("lifecycle", "ada", "bob", "cyd")
    found = kitchen.sync("lifecycle")
    assert {name: set(one["tags"]) for name, one in found.items()} == {
        "ada": {"Loyal", "Likes Books", "Likes Games"},
        "bob": {"Lapsed", "Likes Books"},
        "cyd": {"Prospect"},
    }


def test_an_address_a_birthday_a_choice_and_attributes(kitchen: Kitchen) -> None:
    ada = kitchen.sync("members_of_the_club")["ada"]
    assert ada["merge_fields"]["ADDRESS"]["city"] == "Berlin"
    assert ada["merge_fields"]["BIRTHDAY"] == "02/03"
    assert ada["merge_fields"]["LEVEL"] == "Gold"
    assert (ada["language"], ada["vip"]) == ("de", True)
    assert ada["timestamp_opt"] == "2024-05-06T07:08:09+00:00"
    (level,) = (
        one
        for one in kitchen.shop.sandbox.get(
            f"/lists/{kitchen.lists['members_of_the_club']}/merge-fields", count=50
        )["merge_fields"]
        if one["tag"] == "LEVEL"
    )
    assert (level["type"], level["options"]["choices"]) == ("dropdown", ["Silver", "Gold"])
    assert level["default_value"] == "Silver"


def test_interests_and_permissions_by_name(kitchen: Kitchen) -> None:
    kitchen.record_skipped(
        "preferences",
        "ada",
        "bob",
        interest_categories=[{"title": "Topics", "interests": ["Sports", "Culture"]}],
        marketing_permissions=["Email", "Direct mail"],
    )
    found = kitchen.sync("preferences")
    assert found["ada"]["interests"] == {"Sports": True, "Culture": False}
    assert found["ada"]["marketing_permissions"] == {"Email": True, "Direct mail": True}


def test_the_profile_with_the_latest_order_counts(kitchen: Kitchen) -> None:
    found = kitchen.sync("households")
    assert found["bob"]["merge_fields"]["LAST_ORDER"] == "2024-01-01"
    dropped = [row["dropped_rows"] for row in kitchen.shop.kept("households")]
    assert sum(dropped) == 1


def test_one_audience_in_two_accounts_when_it_is_due(kitchen: Kitchen) -> None:
    assert set(kitchen.sync("everywhere", "--due")) == {"ada", "bob"}
    there = {one["email_address"] for one in kitchen.other.members("f00dcafe02")}
    assert there == {f"ada{AT}", f"bob{AT}"}


def test_python_before_the_sql(kitchen: Kitchen) -> None:
    found = kitchen.sync("scored")
    assert {name: one["merge_fields"]["SCORE"] for name, one in found.items()} == {
        "ada": 100,
        "bob": 0,
    }


def test_existing_contacts_are_matched_by_a_merge_field(kitchen: Kitchen) -> None:
    list_id = kitchen.lists["matched"]
    kitchen.record_skipped(
        "matched", merge_fields=[{"tag": "CUST_ID", "name": "Number", "type": "text"}]
    )
    for name, number in (("ada.old", "c1"), ("one", "c2"), ("two", "c2"), ("none", "")):
        fields = {"CUST_ID": number}
        kitchen.shop.sandbox.put(list_id, {"email_address": name + AT, "merge_fields": fields})
    kitchen.comes_back("matched")
    kitchen.sync("matched")
    kitchen.comes_back("matched")
    found = kitchen.sync("matched")
    assert kitchen.shop.writes() == {}
    assert set(found) == {"ada.old", "one", "two", "none", "bob"}
    assert found["ada.old"]["merge_fields"]["FNAME"] == "Ada"


def test_a_field_is_filled_only_where_there_is_nothing(kitchen: Kitchen) -> None:
    kitchen.record_skipped("filled", merge_fields=[{"tag": "CITY", "name": "City", "type": "text"}])
    ada: dict[str, Any] = {"email_address": f"ada{AT}", "merge_fields": {"CITY": "Bonn"}}
    kitchen.shop.sandbox.put(kitchen.lists["filled"], ada)
    kitchen.comes_back("filled")
    kitchen.sync("filled")
    kitchen.comes_back("filled")
    found = kitchen.sync("filled")
    assert kitchen.shop.writes() == {}
    cities = {name: one["merge_fields"]["CITY"] for name, one in found.items()}
    assert cities == {"ada": "Bonn", "bob": "Berlin"}
    later = {"email_address": f"bob{AT}", "merge_fields": {"CITY": "Ulm"}}
    kitchen.shop.sandbox.put(kitchen.lists["filled"], later)
    kitchen.comes_back("filled")
    assert kitchen.sync("filled")["bob"]["merge_fields"]["CITY"] == "Ulm"
    assert kitchen.shop.writes() == {}


def test_only_who_is_under_the_cap_is_in_the_segment(kitchen: Kitchen) -> None:
    list_id, sandbox = kitchen.lists["not_too_often"], kitchen.shop.sandbox
    kitchen.record_skipped("not_too_often", "ada", "bob", "cyd")
    lately = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    for number, names in enumerate((["ada", "bob"], ["ada"])):
        campaign = f"cap{number}"
        sent = {"list_id": list_id, "status": "sent", "send_time": lately}
        sandbox.control("PUT", f"/campaigns/{campaign}", sent)
        events = [{"email_address": name + AT, "action": "sent"} for name in names]
        sandbox.control("POST", f"/campaigns/{campaign}/events", {"events": events})
    kitchen.comes_back("not_too_often")
    found = kitchen.sync("not_too_often")
    assert {name: one["tags"] for name, one in found.items()} == {
        "ada": [],
        "bob": ["May be mailed"],
        "cyd": ["May be mailed"],
    }


def test_every_example_names_models_as_dbt_does() -> None:
    for text in re.findall(r"```(?:sql|python)\n(.+?)```", README + COOKBOOK, flags=re.DOTALL):
        steps = set(re.findall(r"^ +(\w+) as \($", text, flags=re.MULTILINE)) | {
            "members",
            "scores",
        }
        named = set(re.findall(r"\b(?:from|join)\s+([a-z_]+)\b(?![(.])", text))
        assert named - steps - {"values", "select"} == set()


def test_the_first_audience_of_the_readme_builds_and_syncs(shop: Shop) -> None:
    text, *_ = re.findall(r"```sql\n(.+?)```", README, flags=re.DOTALL)
    shop.sql(
        "create table raw_customers as select 'ada@example.com' as email, 'Ada' as first_name,"
        " 'Lovelace' as last_name, 'pro' as plan, 12.5 as lifetime_value,"
        " true as marketing_consent"
    )
    write_models(shop)
    (shop.folder / "models/orders.sql").unlink()
    model = text.replace("f00dcafe01", shop.list_id)
    (shop.folder / "models/newsletter.sql").write_text(model)
    write_profiles(shop.folder, prod=shop.database.output)
    shop.dbt("run", "--target", "prod")
    assert shop.loader_process("sync", "--target", "prod").exit_code == 0
    assert shop.members()["ada@example.com"]["merge_fields"]["LTV"] == 12.5
