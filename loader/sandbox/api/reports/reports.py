"""The report of a campaign: how many got it, opened it, clicked, bounced and left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.api.reports.campaigns import NO_SHOP, listed, rate, when_sent
from loader.sandbox.state import lists
from loader.sandbox.state.campaigns import campaigns
from loader.sandbox.state.campaigns.campaigns import SENT
from loader.sandbox.wire.problems import not_found

if TYPE_CHECKING:
    from loader.sandbox.state.campaigns.campaigns import Campaign, Totals
    from loader.sandbox.wire.call import Call, Document


def listing(call: Call) -> Document:
    """Marketing API, List campaign reports: those of campaigns that were sent."""
    return listed(call, "reports", {"status = ?": SENT, **when_sent(call.query)}, _document)


def info(call: Call) -> Document:
    """Marketing API, Get campaign report."""
    return call.query.projection.cut(_document(call, get(call)))


def get(call: Call) -> Campaign:
    """Return the campaign that a path names, or refuse with 404.

    SANDBOX choice: a campaign that is not sent yet has no report, which is a 404 too.
    """
    of = campaigns.get(call.store, call.path["campaign_id"])
    if of.status != SENT:
        raise not_found()
    return of


def _document(call: Call, of: Campaign) -> Document:
    """Show a report. SANDBOX choice: no time series, and nothing of a shop or of other lists."""
    listed_in = lists.find(call.store, of.list_id)
    totals = of.counted()
    return {
        "id": of.id,
        "campaign_title": of.title,
        "type": of.type,
        "list_id": of.list_id,
        "list_is_active": listed_in is not None,
        "list_name": listed_in.name if listed_in else of.list_name,
        "subject_line": of.subject_line,
        "preview_text": "",
        "emails_sent": totals.recipients,
        "abuse_reports": totals.complaints,
        "unsubscribed": totals.unsubscribed,
        "send_time": of.send_time,
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
