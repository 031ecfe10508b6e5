"""The report of a campaign: how many got it, opened it, clicked, bounced and left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.api.reports.campaigns import NO_SHOP, listed, rate, when_sent
from loader.sandbox.problems import not_found
from loader.sandbox.state import lists
from loader.sandbox.state.campaigns import campaigns
from loader.sandbox.state.campaigns.campaigns import SENT

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.campaigns.campaigns import Campaign, Totals


def listing(call: Call) -> Document:
    """Marketing API, List campaign reports: those of campaigns that were sent."""
    return listed(call, "reports", {"status = ?": SENT, **when_sent(call.query)}, _document)


def info(call: Call) -> Document:
    """Marketing API, Get campaign report."""
    return call.query.fields.apply(_document(call, get(call)))


def get(call: Call) -> Campaign:
    """Return the campaign that a path names, or refuse with 404.

    SANDBOX choice: a campaign that is not sent yet has no report, which is a 404 too.
    """
    campaign = campaigns.get(call.store, call.path["campaign_id"])
    if campaign.status != SENT:
        raise not_found()
    return campaign


def _document(call: Call, campaign: Campaign) -> Document:
    """Show a report. SANDBOX choice: no time series, and nothing of a shop or of other lists."""
    list_row = lists.find(call.store, campaign.list_id)
    totals = campaign.counted()
    return {
        "id": campaign.id,
        "campaign_title": campaign.title,
        "type": campaign.type,
        "list_id": campaign.list_id,
        "list_is_active": list_row is not None,
        "list_name": list_row.name if list_row else campaign.list_name,
        "subject_line": campaign.subject_line,
        "preview_text": "",
        "emails_sent": totals.recipients,
        "abuse_reports": totals.complaints,
        "unsubscribed": totals.unsubscribed,
        "send_time": campaign.send_time,
        **_counts(totals),
        "ecommerce": NO_SHOP | {"currency_code": "USD"},
        "delivery_status": {"enabled": False},
        "_links": [],
    }


def _counts(totals: Totals) -> Document:
    return {
        "bounces": {"hard_bounces": totals.hard, "soft_bounces": totals.soft, "syntax_errors": 0},
        "forwards": {"forwards_count": 0, "forwards_opens": 0},
        "opens": {
            "opens_total": totals.opens,
            "unique_opens": totals.openers,
            "open_rate": rate(totals.openers, totals.delivered),
            "last_open": totals.last_open,
        },
        "clicks": {
            "clicks_total": totals.clicks,
            "unique_clicks": totals.unique_clicks,
            "unique_subscriber_clicks": totals.clickers,
            "click_rate": rate(totals.clickers, totals.delivered),
            "last_click": totals.last_click,
        },
    }
