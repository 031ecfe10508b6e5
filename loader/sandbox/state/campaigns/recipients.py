"""Whom a campaign was sent to, a page at a time, and what they did."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from loader.sandbox.state.campaigns.campaigns import Campaign
    from loader.sandbox.state.database import Row, Store


class Recipient(NamedTuple):
    """Somebody who was sent a campaign, with what the reports count."""

    number: int
    email_id: str
    email_address: str
    sent_at: str
    bounce: str  # hard, soft, or nothing
    opens: int
    last_open: str


SELECT = f"SELECT {', '.join(Recipient._fields)} FROM campaign_recipients"  # noqa: S608 - columns of ours
PAGE = f"{SELECT} WHERE campaign_key = ?1 AND number >= ?2 AND number < ?2 + ?3 ORDER BY number"
THESE = f"""
{SELECT} WHERE campaign_key = ? AND number IN (SELECT value FROM json_each(?)) ORDER BY number
"""  # noqa: S608 - columns of ours
ACTIVE = """
FROM campaign_recipients INDEXED BY recipients_by_activity WHERE campaign_key = ? AND {} > ?
"""
MOST_OPENS = f"""
{SELECT} WHERE campaign_key = ? AND last_open > ? ORDER BY opens %s, number LIMIT ? OFFSET ?
"""
EVENTS = """
SELECT recipient, action, timestamp, url, ip FROM campaign_events
WHERE campaign_key = ?1 AND recipient IN (SELECT value FROM json_each(?2)) AND timestamp > ?3
    AND action IN (SELECT value FROM json_each(?4))
ORDER BY recipient, timestamp, ordinal
"""
LEFT = """
SELECT recipient, max(timestamp), reason FROM campaign_events INDEXED BY campaign_events_by_time
WHERE campaign_key = ? AND action = 'unsubscribe'
GROUP BY recipient ORDER BY max(timestamp), recipient LIMIT ? OFFSET ?
"""
EVERYBODY = "SELECT email_address, sent_at FROM campaign_recipients WHERE campaign_key = ?"
EVERYTHING = """
SELECT email_address, action, timestamp, url, ip, reason FROM campaign_events
CROSS JOIN campaign_recipients USING (campaign_key)
WHERE campaign_key = ? AND number = recipient ORDER BY recipient, timestamp, ordinal
"""


def page(store: Store, campaign: Campaign, count: int, offset: int) -> list[Recipient]:
    """Return one page of the recipients, in the order in which they were sent to."""
    return [Recipient(*row) for row in store.rows(PAGE, (campaign.key, offset, count))]


def by_numbers(store: Store, campaign: Campaign, numbers: Collection[int]) -> dict[int, Recipient]:
    """Return recipients by their numbers."""
    ids = orjson.dumps(list(numbers)).decode()
    return {row[0]: Recipient(*row) for row in store.rows(THESE, (campaign.key, ids))}


def active(
    store: Store, campaign: Campaign, column: str, since: str, part: tuple[int, int]
) -> list[Recipient]:
    """Return one page of those who did something after a moment, or ever if it is empty.

    Args:
        store: the state.
        campaign: the campaign.
        column: last_activity or last_open.
        since: the moment.
        part: count and offset of the page.
    """
    sql = f"SELECT number {ACTIVE.format(column)} ORDER BY number LIMIT ? OFFSET ?"
    numbers = [row[0] for row in store.rows(sql, (campaign.key, since, *part))]
    return list(by_numbers(store, campaign, numbers).values())


def by_opens(
    store: Store, campaign: Campaign, direction: str, since: str, part: tuple[int, int]
) -> list[Recipient]:
    """Return one page of those who opened, by how often; `part` is count and offset."""
    rows = store.rows(MOST_OPENS % direction, (campaign.key, since, *part))
    return [Recipient(*row) for row in rows]


def how_many_active(store: Store, campaign: Campaign, column: str, since: str) -> int:
    """Return how many did something after a moment."""
    return store.count(f"SELECT count(*) {ACTIVE.format(column)}", (campaign.key, since))


def events(
    store: Store, campaign: Campaign, who: Collection[int], actions: Collection[str], since: str
) -> list[Row]:
    """Return recipient, action, timestamp, url and ip of what some recipients did, in order."""
    numbers, names = orjson.dumps(list(who)).decode(), orjson.dumps(list(actions)).decode()
    return store.rows(EVENTS, (campaign.key, numbers, since, names))


def unsubscribed(store: Store, campaign: Campaign, count: int, offset: int) -> list[Row]:
    """Return number, moment and reason of those who unsubscribed, each once, the earliest first."""
    return store.rows(LEFT, (campaign.key, count, offset))


def all_events(store: Store, campaign: Campaign) -> Iterator[list[Row]]:
    """Return address, action, timestamp, url, ip and reason of all events, some at a time."""
    for rows in store.stream(EVERYBODY, (campaign.key,)):
        yield [(address, "sent", sent_at, "", "", "") for address, sent_at in rows]
    yield from store.stream(EVERYTHING, (campaign.key,))
