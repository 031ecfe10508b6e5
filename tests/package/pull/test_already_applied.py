"""Contacts that hold what is wanted already, put there by hand, cause no write."""

from typing import Any

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

HELD: dict[str, Any] = {
    "email_address": "ada@shop.de",
    "status": "subscribed",
    "language": "de",
    "vip": True,
    "merge_fields": {"FNAME": "Ada", "LTV": 12.5, "SINCE": "2026-01-31"},
}
SELECT = """select
    'ada@shop.de' as email_address, 'Ada' as fname, cast(12.50 as decimal(9, 2)) as ltv,
    date '2026-01-31' as since, 'DE' as language, true as vip, true as marketing_consent"""


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop whose list shows what is wanted, and that has pulled it."""
    return settle(Shop(tmp_path_factory.mktemp("seen"), dbt, sandbox), HELD, SELECT)


@pytest.fixture
def seen(kept: Shop) -> Shop:
    kept.put_back()
    return kept


def settle(shop: Shop, held: dict[str, Any], sql: str, **mailchimp: object) -> Shop:
    for tag, kind in (("LTV", "number"), ("SINCE", "date")):
        field = {"name": tag, "tag": tag, "type": kind}
        shop.sandbox.must("POST", f"/lists/{shop.list_id}/merge-fields", field)
    shop.sandbox.put(shop.list_id, held)
    shop.audience("readers", sql, **mailchimp)
    shop.dbt("run")
    pull(shop)
    shop.keep()
    return shop


def pull(shop: Shop) -> None:
    shop.sandbox.control("POST", "/clock", {"advance": 5})  # what changes in its second is unsure
    ended = shop.loader("pull", "--select", shop.list_id)
    assert ended.exit_code == 0, ended.output


def fields(shop: Shop) -> dict[str, Any]:
    return dict(shop.members()["ada@shop.de"]["merge_fields"])


def test_a_contact_that_a_pull_saw_as_it_is_wanted_is_confirmed_without_a_write(seen: Shop) -> None:
    report = seen.sync("--allow-first-sync")
    assert seen.writes() == {}
    assert report["audiences"][0]["accepted"] == 1
    assert seen.query("select reason_code from loader_acks") == [{"reason_code": "already_applied"}]
    assert seen.query("select * from readers__delta") == []
    assert seen.query("select pre_existing from loader_ledger") == [{"pre_existing": True}]


@pytest.mark.parametrize(
    "change",
    [
        {"merge_fields": {"FNAME": "Adele"}},
        {"merge_fields": {"LTV": 12.51}},
        {"merge_fields": {"SINCE": ""}},
        {"language": "fr"},
        {"vip": False},
    ],
)
def test_a_contact_that_differs_in_one_value_is_written(seen: Shop, change: dict[str, Any]) -> None:
    seen.sandbox.put(seen.list_id, {"email_address": "ada@shop.de", **change})
    pull(seen)
    seen.forget_requests()
    seen.sync("--allow-first-sync")
    assert sum(seen.writes().values()) == 1
    assert fields(seen) == {"FNAME": "Ada", "LTV": 12.5, "SINCE": "2026-01-31"}


def test_a_contact_that_changed_after_the_pull_is_written(seen: Shop) -> None:
    seen.sandbox.put(
        seen.list_id, {"email_address": "ada@shop.de", "merge_fields": {"FNAME": "Adele"}}
    )
    seen.sync("--allow-first-sync")
    assert fields(seen)["FNAME"] == "Ada"


def test_a_field_that_was_made_anew_after_the_pull_is_written(seen: Shop) -> None:
    known = seen.sandbox.get(f"/lists/{seen.list_id}/merge-fields", count=100)["merge_fields"]
    (number,) = (one["merge_id"] for one in known if one["tag"] == "LTV")
    seen.sandbox.must("DELETE", f"/lists/{seen.list_id}/merge-fields/{number}")
    field = {"name": "LTV", "tag": "LTV", "type": "number"}
    seen.sandbox.must("POST", f"/lists/{seen.list_id}/merge-fields", field)
    seen.sync("--allow-first-sync")
    assert fields(seen)["LTV"] == 12.5


def test_a_historical_refresh_writes_it_all_the_same(seen: Shop) -> None:
    seen.sync("--allow-first-sync", "--historical-refresh", "--yes")
    assert sum(seen.writes().values()) == 1


@pytest.fixture(scope="module")
def kept_labelled(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """Ada has the tag and is in the segment by hand, and was pulled so."""
    both = f"{SELECT} union all {SELECT.replace('ada@', 'bob@')}"
    return settle(
        Shop(tmp_path_factory.mktemp("labelled"), dbt, sandbox),
        HELD | {"tags": ["loyal", "Readers"]},
        f"select *, array['Loyal'] as tags from ({both})",
        segment="Readers",
        adopt=True,
    )


@pytest.fixture
def labelled(kept_labelled: Shop) -> Shop:
    kept_labelled.put_back()
    return kept_labelled


def test_who_is_in_the_segment_and_has_the_tag_is_not_put_there_again(labelled: Shop) -> None:
    labelled.sync("--allow-first-sync")
    assert labelled.writes() == {
        "POST /lists/{list_id}": 1,
        "POST /lists/{list_id}/segments/{segment_id}": 2,
    }
    assert labelled.sandbox.requests()["contacts"] == 3  # all of them for Bob
    assert {tuple(one["tags"]) for one in labelled.members().values()} == {("Readers", "loyal")}
    reasons = labelled.query(
        "select count(*) as rows from loader_acks where reason_code = 'already_applied'"
        " and email_address = 'ada@shop.de'"
    )
    assert reasons == [{"rows": 3}]
    assert labelled.query("select * from readers__delta") == []


def test_a_historical_refresh_gives_a_tag_again_that_is_there(labelled: Shop) -> None:
    labelled.sync("--allow-first-sync")
    labelled.forget_requests()
    labelled.sync("--historical-refresh", "--yes")
    assert labelled.writes()["POST /lists/{list_id}/segments/{segment_id}"] == 1


def test_who_was_taken_out_after_the_pull_is_put_there_again(labelled: Shop) -> None:
    labelled.sandbox.put(labelled.list_id, HELD | {"tags": ["Readers"]})
    labelled.sync("--allow-first-sync")
    assert {tuple(one["tags"]) for one in labelled.members().values()} == {("Readers", "loyal")}


def test_tags_are_still_given_to_who_needs_no_write(seen: Shop) -> None:
    seen.audience("readers", SELECT + ", array['Loyal'] as tags")
    seen.dbt("run")
    seen.sync("--allow-first-sync")
    assert seen.members()["ada@shop.de"]["tags"] == ["Loyal"]
    assert "POST /lists/{list_id}" not in seen.writes()
