"""A plan where a list or a ledger is not the usual one."""

import json
from typing import Any

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

PEOPLE = (
    "select unnest(array['ada@shop.de', 'bob@shop.de']) as email_address, array['T'] as tags,"
    " true as marketing_consent"
)
MANY = "select number, email_address, marketing_consent from people"


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """Three audiences, each with a list of its own, and one more on the list of many.

    The readers were never sent. The others were, and from `many` people left and withdrew since. Of
    those who withdrew `words` has lost a value.
    """
    shop = Shop(tmp_path_factory.mktemp("rare"), dbt, sandbox)
    shop.sql(
        "create table people as select range as number, range || '@shop.de' as email_address,"
        " true as marketing_consent, 'w' as word from generate_series(0, 59) as numbers(range)"
    )
    shop.audience("readers", PEOPLE, segment="Readers")
    shop.audience("sent", PEOPLE, segment="Readers", list_id=sandbox.new_list())
    of_many = {"max_leave": 0, "list_id": sandbox.new_list()}
    shop.audience("many", MANY, on_leave="archive", **of_many)
    words = "select email_address, word, true as marketing_consent from people where number < 11"
    shop.audience("words", words, nulls="clear", **of_many)
    shop.dbt("run")
    shop.sync("--exclude", "readers")
    shop.sql(
        "update people set marketing_consent = false, word = null where number < 11",
        "delete from people where number >= 49",
    )
    shop.dbt("run", "--select", "many", "words")
    shop.keep()
    return shop


@pytest.fixture
def shop(kept: Shop) -> Shop:
    kept.put_back()
    return kept


def plan(shop: Shop, audience: str) -> dict[str, Any]:
    ended = shop.loader("plan", "--json", "--select", audience)
    assert ended.exit_code == 0, ended.output
    (one,) = json.loads(ended.output)["audiences"]
    return dict(one)


def test_who_has_to_confirm_gets_no_segment_and_no_tag_yet(shop: Shop) -> None:
    shop.sandbox.control("PUT", f"/lists/{shop.list_id}", {"double_optin": True})
    told = plan(shop, "readers")
    shop.forget_requests()
    shop.sync("--select", "readers")
    assert (told["segments"], told["tags"]) == ({}, {})
    assert told["after"] == {"pending": 2}
    assert told["writes"] == sum(shop.writes().values())


def test_a_rejection_without_a_word_is_told_as_one(shop: Shop) -> None:
    shop.sql(
        "update loader_ledger set outcome = 'rejected', reason_code = 'refused',"
        " mailchimp_code = '', confirmed_hash = null, is_managed = false, attempts = 1,"
        " acked_at = cast(now() as timestamp) where kind = 'segment'"
    )
    assert plan(shop, "sent")["reasons"] == {"rejected": {"no reason given": 2}}


def test_every_guard_that_would_stop_the_sync_is_told_in_its_order(shop: Shop) -> None:
    withdrawals, leaves = plan(shop, "many")["stops"]
    assert "11 of 60 contacts would be unsubscribed because consent was withdrawn" in withdrawals
    assert "11 of 60 contacts would leave" in leaves


def test_a_first_sync_that_would_stop_is_told(shop: Shop) -> None:
    shop.sandbox.put(shop.list_id, {"email_address": "stranger@shop.de"})
    (first,) = plan(shop, "readers")["stops"]
    assert "has 1 contact that no audience" in first


def test_what_waits_for_an_audience_that_would_stop_is_told_as_the_sync_leaves_it(
    shop: Shop,
) -> None:
    many = plan(shop, "many")
    shop.sql("insert into people values (70, 'new@shop.de', true, 'w')")
    new = f"{MANY} where number = 70"
    shop.audience("labels", new, contacts="none", segment="New", list_id=many["list_id"])
    shop.dbt("run", "--select", "many", "labels")
    ended = shop.loader("plan", "--json", "--select", "many", "--select", "labels")
    told = {one["audience"]: one for one in json.loads(ended.output)["audiences"]}
    report = shop.sync("--select", "many", "--select", "labels", exit_code=5)
    done = {one["audience"]: one for one in report["audiences"]}
    assert (told["many"]["deeds"]["joins"], told["many"]["writes"]) == (1, 0)
    assert told["labels"]["reasons"] == done["labels"]["reasons"]
    assert told["labels"]["reasons"] == {"held": {"not on the list yet": 1}}


def test_what_stops_an_audience_only_without_another_that_is_stopped_is_told(shop: Shop) -> None:
    assert plan(shop, "words")["stops"]
    chosen = ("--select", "many", "--select", "words")
    ended = shop.loader("plan", "--json", *chosen)
    told = {one["audience"]: one["stops"] for one in json.loads(ended.output)["audiences"]}
    done = {one["audience"]: one["message"] for one in shop.sync(*chosen, exit_code=5)["audiences"]}
    assert {name: stops[0] for name, stops in told.items()} == done
    assert "11 of 11 contacts would lose a value" in done["words"]
