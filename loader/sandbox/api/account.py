"""The account: whether the key works, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.state import lists

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call

NOWHERE = dict.fromkeys(("company", "addr1", "addr2", "city", "state", "zip", "country"), "")


def ping(_: Call) -> Document:
    """Marketing API, Ping: the connection test, because a bad key does not get here."""
    return {"health_status": "Everything's Chimpy!"}


def root(call: Call) -> Document:
    """Marketing API, API root: the account that the key belongs to."""
    rows = lists.all_lists(call.store)
    total = sum(lists.counts(call.store, row)["subscribed"] for row in rows)
    born = rows[0].date_created if rows else ""
    document: Document = {
        "account_id": "5a4dbc5a4dbc",
        "login_id": "1",
        "account_name": "Sandbox",
        "email": "owner@sandbox.invalid",
        "first_name": "Sandbox",
        "last_name": "Owner",
        "username": "sandbox",
        "avatar_url": "",
        "role": "owner",
        "member_since": born,
        "pricing_plan_type": "monthly",
        "first_payment": "",
        "account_timezone": "UTC",
        "account_industry": "",
        "contact": NOWHERE,
        "pro_enabled": False,
        "last_login": born,
        "total_subscribers": total,
        "industry_stats": {"open_rate": 0, "bounce_rate": 0, "click_rate": 0},
        "_links": [],
    }
    return call.query.fields.apply(document)
