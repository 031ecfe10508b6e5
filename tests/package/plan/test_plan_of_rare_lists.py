"""A plan where a list or a ledger is not the usual one."""

import json
from typing import Any

from shop import Shop

PEOPLE = (
    "select unnest(['ada@shop.de', 'bob@shop.de']) as email_address, ['T'] as tags,"
    " true as marketing_consent"
)


def plan(shop: Shop) -> dict[str, Any]:
    ended = shop.loader("plan", "--json")
    assert ended.exit_code == 0, ended.output
    (one,) = json.loads(ended.output)["audiences"]
    return dict(one)


def test_who_has_to_confirm_gets_no_segment_and_no_tag_yet(shop: Shop) -> None:
    shop.sandbox.control("PUT", f"/lists/{shop.list_id}", {"double_optin": True})
    shop.audience("readers", PEOPLE, segment="Readers")
    shop.dbt("run")
    told = plan(shop)
    shop.forget_requests()
    shop.sync()
    assert (told["segments"], told["tags"]) == ({}, {})
    assert told["after"] == {"pending": 2}
    assert told["writes"] == sum(shop.writes().values())


def test_a_rejection_without_a_word_is_told_as_one(shop: Shop) -> None:
    shop.audience("readers", PEOPLE, segment="Readers")
    shop.dbt("run")
    shop.sync()
    shop.sql(
        "update loader_ledger set outcome = 'rejected', reason = '', confirmed = null,"
        " sent = false, attempts = 1, acked_at = now()::timestamp where kind = 'segment'"
    )
    assert plan(shop)["reasons"] == {"rejected": {"no reason given": 2}}


def test_every_fuse_that_would_stop_the_sync_is_told_in_its_order(shop: Shop) -> None:
    shop.sql(
        "create table people as select range as number, range || '@shop.de' as email_address,"
        " true as marketing_consent from range(60)"
    )
    shop.audience("readers", "select * from people", on_leave="archive", max_leave=0)
    shop.dbt("run")
    shop.sync()
    shop.sql(
        "update people set marketing_consent = false where number < 11",
        "delete from people where number >= 49",
    )
    shop.dbt("run")
    withdrawals, leaves = plan(shop)["stops"]
    assert "11 of 60 contacts would be unsubscribed for want of consent" in withdrawals
    assert "11 of 60 contacts would leave" in leaves


def test_a_first_sync_that_would_stop_is_told(shop: Shop) -> None:
    shop.sandbox.put(shop.list_id, {"email_address": "stranger@shop.de"})
    shop.audience("readers", PEOPLE)
    shop.dbt("run")
    (first,) = plan(shop)["stops"]
    assert "has 1 contacts" in first
