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
