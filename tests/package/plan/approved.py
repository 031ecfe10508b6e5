"""A plan file in a shop: made, carried out, and refused."""

import json
from typing import Any

from command_line import Printed
from shop import Shop

TABLES = ("loader_ledger", "loader_acks", "loader_filled", "loader_segments", "loader_plans")


def planned(shop: Shop, *options: str) -> dict[str, Any]:
    """Write `plan.json`; what stands in it."""
    ended = shop.loader("plan", "--out", "plan.json", *options)
    assert ended.exit_code == 0, ended.output
    return content(shop)


def content(shop: Shop) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shop.folder / "plan.json").read_text())
    return found


def carried_out(shop: Shop, *options: str) -> Printed:
    return shop.loader("sync", "--plan", "plan.json", *options)


def state(shop: Shop) -> list[list[dict[str, Any]]]:
    """What the warehouse knows of Mailchimp, beside who is on the lists."""
    return [shop.rows(table) for table in TABLES]


def assert_refused(shop: Shop, exit_code: int, *said: str, options: tuple[str, ...] = ()) -> None:
    """Refuse the plan: no write on any list, nothing recorded, and the reason is told."""
    before = state(shop)
    shop.forget_requests()
    refused = carried_out(shop, *options)
    assert refused.exit_code == exit_code, refused.output
    for one in said:
        assert one in refused.output
    assert "@shop.de" not in refused.output
    assert shop.writes() == {}
    assert state(shop) == before
