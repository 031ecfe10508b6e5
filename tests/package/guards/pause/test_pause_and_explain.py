"""`loader explain` says of whom a pause holds something back."""

import json
from typing import Any

from shop import Shop
from tests.package.guards.pause.stopped_shop import AT, StoppedShop

BY_LOADER = "paused since 2030-01-10 04:00 UTC, after 3 runs in a row that stopped"


def verdicts(shop: Shop, who: str, audience: str) -> dict[str, Any]:
    """What `loader explain` says of somebody in an audience."""
    ended = shop.loader("explain", "--json", typed=f"{who}\n", MAILCHIMP_API_KEY=None)
    (found,) = [one for one in json.loads(ended.out)["places"] if one["audience"] == audience]
    return {name: found[name] for name in ("verdict", "says", "changed_by")}


def test_explain_tells_who_waits_for_a_pause_by_a_person(paused: StoppedShop) -> None:
    paused.shop.loader("pause", "fine", "--reason", "the CRM moves")
    paused.one_withdraws("fine")
    for who in (f"p1{AT}", f"new{AT}"):
        found = verdicts(paused.shop, who, "fine")
        assert found["verdict"] == "paused"
        assert found["says"].startswith("Not sent: paused by a person since")
        assert "`loader resume`" in found["changed_by"]
    assert verdicts(paused.shop, f"p2{AT}", "fine")["verdict"] == "in_step"


def test_explain_knows_that_a_pause_by_the_loader_lets_withdrawals_go(paused: StoppedShop) -> None:
    paused.one_withdraws("guarded")
    new, gone = (verdicts(paused.shop, f"{who}{AT}", "guarded") for who in ("new", "p1"))
    assert (new["verdict"], BY_LOADER in new["says"]) == ("paused", True)
    assert (gone["verdict"], "unsubscribes the contact" in gone["says"]) == ("to_send", True)
