"""The campaigns of the account; the API of the sandbox shows them, and makes none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.state import lists
from loader.sandbox.state.campaigns import campaigns
from loader.sandbox.state.campaigns.campaigns import LISTED, SENT, TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.http.query import Query
    from loader.sandbox.state.campaigns.campaigns import Campaign
    from loader.sandbox.state.database import Store

    Shown: TypeAlias = Callable[[Call, Campaign], Document]

SORTS = ("create_time", "send_time")
MEMBER = """
key IN (SELECT campaign_key FROM campaign_recipients WHERE email_id = lower(?))
"""
RATE_DIGITS = 4
NO_SHOP = {"total_orders": 0, "total_spent": 0, "total_revenue": 0}
SETTINGS: Document = {
    "preview_text": "",
    "from_name": "Sandbox",
    "reply_to": "owner@sandbox.invalid",
    "use_conversation": False,
    "to_name": "",
    "folder_id": "",
    "authenticate": True,
    "auto_footer": False,
    "inline_css": False,
    "auto_tweet": False,
    "fb_comments": False,
    "timewarp": False,
    "template_id": 0,
    "drag_and_drop": False,
}
TRACKING: Document = {
    "opens": True,
    "html_clicks": True,
    "text_clicks": True,
    "goal_tracking": False,
    "ecomm360": False,
    "google_analytics": "",
    "clicktale": "",
}


def listing(call: Call) -> Document:
    """Marketing API, List campaigns: moments are later or earlier, never equal.

    SANDBOX choice: without `sort_field` the campaign that was made first comes first, and a
    campaign that was not sent meets no filter by `send_time`. Folders filter nothing.
    """
    query = call.query
    terms = {
        "status = ?": query.choice("status", LISTED),
        "list_id = ?": query.text("list_id"),
        "create_time > ?": query.since("since_create_time"),
        "create_time < ?": query.before("before_create_time"),
        MEMBER: query.text("member_id"),
        **when_sent(query),
    }
    return listed(call, "campaigns", terms, _document)


def info(call: Call) -> Document:
    """Marketing API, Get campaign info."""
    campaign = campaigns.get(call.store, call.path["campaign_id"])
    return call.query.fields.apply(_document(call, campaign))


def when_sent(query: Query) -> dict[str, str]:
    """Return the filter by type and by the moment of sending, which the reports have too."""
    return {
        "type = ?": query.choice("type", TYPES),
        "send_time > ?": query.since("since_send_time"),
        "send_time <> '' AND send_time < ?": query.before("before_send_time"),
    }


def listed(call: Call, name: str, terms: Mapping[str, str], shown: Shown) -> Document:
    """Return one page of the campaigns that meet those terms that have a value."""
    query = call.query
    wanted = {term: value for term, value in terms.items() if value}
    where, arguments = " AND ".join(wanted) or "TRUE", tuple(wanted.values())
    field, direction = query.choice("sort_field", SORTS), query.choice("sort_dir", ("ASC", "DESC"))
    order = f"{field or 'key'} {direction}, key {direction}"
    document: Document = {name: []}
    if query.fields.wants(name):
        part = (*arguments, query.count, query.offset)
        document[name] = [
            shown(call, each) for each in campaigns.page(call.store, where, order, part)
        ]
    document |= {"total_items": campaigns.total(call.store, where, arguments), "_links": []}
    return query.fields.apply(document)


def is_active(store: Store, campaign: Campaign) -> bool:
    """Tell whether the list of a campaign is still there."""
    return lists.find(store, campaign.list_id) is not None


def rate(part: int, whole: int) -> float:
    """Return a share of the mails that arrived."""
    return round(part / whole, RATE_DIGITS) if whole > 0 else 0.0


def _document(call: Call, campaign: Campaign) -> Document:
    """Show a campaign. SANDBOX choice: `send_time` is empty until it is sent."""
    list_row = lists.find(call.store, campaign.list_id)
    document: Document = {
        "id": campaign.id,
        "web_id": campaign.key,
        "type": campaign.type,
        "create_time": campaign.create_time,
        "archive_url": f"{call.url}/archive/{campaign.id}",
        "long_archive_url": f"{call.url}/archive/{campaign.id}",
        "status": campaign.status,
        "emails_sent": campaign.recipients if campaign.status == SENT else 0,
        "send_time": campaign.send_time,
        "content_type": "template",
        "needs_block_refresh": False,
        "resendable": False,
        "recipients": {
            "list_id": campaign.list_id,
            "list_is_active": list_row is not None,
            "list_name": list_row.name if list_row else campaign.list_name,
            "segment_text": "",
            "recipient_count": campaign.recipients,
        },
        "settings": {"subject_line": campaign.subject_line, "title": campaign.title, **SETTINGS},
        "tracking": TRACKING,
    }
    if campaign.status == SENT:
        document["report_summary"] = _summary(campaign)
    return document | {"delivery_status": {"enabled": False}, "_links": []}


def _summary(campaign: Campaign) -> Document:
    totals = campaign.counted()
    return {
        "opens": totals.opens,
        "unique_opens": totals.openers,
        "open_rate": rate(totals.openers, totals.delivered),
        "clicks": totals.clicks,
        "subscriber_clicks": totals.clickers,
        "click_rate": rate(totals.clickers, totals.delivered),
        "ecommerce": NO_SHOP,
    }
