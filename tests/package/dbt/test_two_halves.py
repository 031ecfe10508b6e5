"""What an audience is, is written with what its build leaves; the loader waits for dbt's end."""

from typing import Any, NamedTuple

import pytest

from dbt_process import PROJECT, DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

ADA = "ada@people.example.com"
SELECT = f"select '{ADA}' as email_address, true as marketing_consent, 'Ada' as fname"
FAILING = PROJECT + "on-run-end: [\"select error('alerting is down')\"]\n"
# what is different of an audience: its columns or its configuration
CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "new_column": (f"{SELECT}, 'gold' as plan", {}),
    "new_birthday": (
        f"{SELECT}, date '2000-02-29' as born",
        {"fields": {"born": {"type": "birthday"}}},
    ),
    "new_interests": (f"{SELECT}, {{'Sports': true}} as interests", {}),
    "new_tags": (f"{SELECT}, ['VIP'] as tags", {}),
    "new_segment": (SELECT, {"segment": "Gold"}),
    "renamed_segment": (SELECT, {"segment": "Platinum"}),
    "new_list": (SELECT, {}),
    "switched_on": (SELECT, {}),
    "new_audience": (SELECT, {}),
    "brought_back": (SELECT, {}),
}
BEFORE: dict[str, dict[str, Any]] = {
    "renamed_segment": {"segment": "Silver"},
    "switched_on": {"enabled": False},
}
each_change = pytest.mark.parametrize("name", CHANGES)


class Halves(NamedTuple):
    """A shop after a dbt run that did not come to its end, and what the loader said of it."""

    shop: Shop
    lists: dict[str, str]
    said: dict[str, str]
    exit_codes: dict[str, int]
    writes: dict[str, int]
    registered: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def halves(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Halves:
    shop = Shop(tmp_path_factory.mktemp("halves"), dbt, sandbox)
    lists = {name: sandbox.new_list() for name in (*CHANGES, "unchanged")}
    for name in (*CHANGES, "unchanged"):
        if name != "new_audience":
            shop.audience(name, SELECT, list_id=lists[name], **BEFORE.get(name, {}))
    shop.dbt("run")
    shop.remove("brought_back")
    shop.dbt("run")
    shop.sync()
    for name, (sql, meta) in CHANGES.items():
        list_id = sandbox.new_list() if name == "new_list" else lists[name]
        shop.audience(name, sql, **{"list_id": list_id, **meta})
    (shop.folder / "dbt_project.yml").write_text(FAILING)
    assert shop.try_dbt("run").exit_code == 1
    shop.forget_requests()
    found = {command: shop.loader(command) for command in ("sync", "plan", "check", "verify")}
    rows = shop.query("from loader_audiences")
    return Halves(
        shop=shop,
        lists=lists,
        said={command: one.output for command, one in found.items()},
        exit_codes={command: one.exit_code for command, one in found.items()},
        writes=shop.writes(),
        registered={row["audience"]: row for row in rows},
    )


@each_change
@pytest.mark.parametrize("command", ["sync", "plan", "check", "verify"])
def test_an_audience_that_changed_waits_for_the_end_of_dbt(
    halves: Halves, name: str, command: str
) -> None:
    assert f"dbt has not finished with {name}; run dbt" in halves.said[command]


def test_nothing_is_written_of_them_and_the_exit_code_says_it(halves: Halves) -> None:
    assert (halves.writes, set(halves.exit_codes.values())) == ({}, {3})


@each_change
def test_what_an_audience_is_stands_in_the_registry_as_its_build_left_it(
    halves: Halves, name: str
) -> None:
    row = halves.registered[name]
    delta = halves.shop.query(f"select distinct list_id from {row['delta']}")
    assert row["status"] == "unfinished"
    assert all(one["list_id"] in row["configuration"] for one in delta)


def test_an_audience_that_is_what_it_was_goes_on(halves: Halves) -> None:
    assert halves.registered["unchanged"]["status"] == "success"
    assert "unchanged; run dbt" not in halves.said["sync"]
    assert "unchanged -> " in halves.said["sync"]


def test_nothing_is_retired_while_dbt_has_not_finished(halves: Halves) -> None:
    ended = halves.shop.loader("retire", "renamed_segment")
    assert ended.exit_code == 3
    assert "dbt has not finished with " in ended.output
    assert "Run dbt" in ended.output


def test_after_the_next_run_of_dbt_everything_arrives(halves: Halves) -> None:
    shop = halves.shop
    group = {"title": "Hobbies", "type": "checkboxes"}
    url = f"/lists/{halves.lists['new_interests']}/interest-categories"
    category = shop.sandbox.must("POST", url, group)["id"]
    shop.sandbox.must("POST", f"{url}/{category}/interests", {"name": "Sports"})
    (shop.folder / "dbt_project.yml").write_text(PROJECT)
    shop.dbt("run")
    shop.sync()
    fields = {
        name: shop.sandbox.members(halves.lists[name])[0]["merge_fields"]
        for name in ("new_column", "new_birthday")
    }
    assert (fields["new_column"]["PLAN"], fields["new_birthday"]["BORN"]) == ("gold", "02/29")
    assert shop.loader("verify").exit_code == 0
