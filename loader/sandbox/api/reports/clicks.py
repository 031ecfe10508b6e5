"""The links of a campaign, and who clicked them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.api.reports import reports
from loader.sandbox.api.reports.campaigns import rate
from loader.sandbox.api.reports.rows import Rows, page
from loader.sandbox.problems import not_found
from loader.sandbox.state.campaigns import clicks, recipients

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.campaigns.campaigns import Campaign
    from loader.sandbox.state.campaigns.clicks import Link

URLS = "urls_clicked"
MEMBERS = "members"
SORTS = {"total_clicks": "clicks", "unique_clicks": "clickers"}


def details(call: Call) -> Document:
    """Marketing API, List campaign details: the links.

    SANDBOX choice: a link is there once somebody clicked it, and without `sort_field` they come
    by URL.
    """
    campaign, query = reports.get(call), call.query
    found = clicks.links(call.store, campaign)
    field = query.choice("sort_field", tuple(SORTS))
    downwards = query.choice("sort_dir", ("ASC", "DESC")) == "DESC"
    if field:
        found.sort(key=lambda link: getattr(link, SORTS[field]), reverse=downwards)
    part = found[query.offset : query.offset + query.count]
    return page(call, campaign, URLS, [_document(campaign, link) for link in part], len(found))


def link(call: Call) -> Document:
    """Marketing API, Get campaign link details."""
    campaign = reports.get(call)
    return call.query.fields.apply(_document(campaign, _named(call, campaign)))


def members(call: Call) -> Document:
    """Marketing API, List clicked link subscribers: how often, and never when."""
    campaign, query = reports.get(call), call.query
    clicked = _named(call, campaign)
    found: dict[int, int] = dict(
        clicks.clickers(call.store, campaign, clicked, (query.count, query.offset))
    )
    people = list(recipients.by_numbers(call.store, campaign, found).values())
    rows = Rows(call, campaign, MEMBERS)
    rows.read(people)
    shown: list[Document] = [
        {
            **rows.start(each),
            **rows.of_contact(each),
            "contact_status": rows.status_of(each),
            "clicks": found[each.number],
            "url_id": clicked.id,
            "_links": [],
        }
        for each in people
    ]
    return page(call, campaign, MEMBERS, shown, clicked.clickers)


def _named(call: Call, campaign: Campaign) -> Link:
    for each in clicks.links(call.store, campaign):
        if each.id == call.path["link_id"]:
            return each
    raise not_found()


def _document(campaign: Campaign, link: Link) -> Document:
    totals = campaign.counted()
    return {
        "id": link.id,
        "url": link.url,
        "total_clicks": link.clicks,
        "click_percentage": rate(link.clicks, totals.clicks),
        "unique_clicks": link.clickers,
        "unique_click_percentage": rate(link.clickers, totals.unique_clicks),
        "last_click": link.last_click,
        "campaign_id": campaign.id,
        "_links": [],
    }
