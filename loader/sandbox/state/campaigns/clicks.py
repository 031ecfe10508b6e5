"""The links of a campaign that somebody clicked, and who did."""

from __future__ import annotations

from hashlib import md5
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from loader.sandbox.state.campaigns.campaigns import Campaign
    from loader.sandbox.state.database import Row, Store

LINKS = """
SELECT url, count(*), count(DISTINCT recipient), max(timestamp)
FROM campaign_events INDEXED BY campaign_clicks
WHERE campaign_key = ? AND action = 'click' GROUP BY url ORDER BY url
"""
CLICKERS = """
SELECT recipient, count(*) FROM campaign_events INDEXED BY campaign_clicks
WHERE campaign_key = ? AND action = 'click' AND url = ?
GROUP BY recipient ORDER BY recipient LIMIT ? OFFSET ?
"""


class Link(NamedTuple):
    """One link with its clicks."""

    id: str
    url: str
    clicks: int
    clickers: int
    last_click: str


def link_id(campaign: Campaign, url: str) -> str:
    """Return the id of a link, which no other campaign's link has: ten hexadecimal digits."""
    return md5(f"{campaign.id} {url}".encode(), usedforsecurity=False).hexdigest()[:10]


def links(store: Store, campaign: Campaign) -> list[Link]:
    """Return the links that were clicked, by URL."""
    return [Link(link_id(campaign, row[0]), *row) for row in store.rows(LINKS, (campaign.key,))]


def clickers(store: Store, campaign: Campaign, link: Link, part: tuple[int, int]) -> list[Row]:
    """Return number and clicks of one page of those who clicked; `part` is count and offset."""
    return store.rows(CLICKERS, (campaign.key, link.url, *part))
