"""Writing what happened to a campaign: recipients, their events, and the counts of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from loader.sandbox.state.campaigns.campaigns import Campaign
    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow

ACTIONS = ("sent", "open", "click", "hard_bounce", "soft_bounce", "unsubscribe", "abuse")
KNOWN = """
SELECT email_id, number FROM campaign_recipients
WHERE email_id IN (SELECT value FROM json_each(?)) AND campaign_key = ?
"""
ENROL = """
INSERT INTO campaign_recipients (campaign_key, number, email_id, email_address, sent_at)
VALUES (?, ?, ?, ?, ?)
"""
ENROLLED = "UPDATE campaigns SET recipients = ? WHERE key = ?"
ORDINAL = "SELECT events FROM campaigns WHERE key = ?"
INSERT = """
INSERT INTO campaign_events
    (campaign_key, recipient, timestamp, ordinal, action, url, ip, reason)
SELECT ?1, ?4, strftime('%Y-%m-%dT%H:%M:%S+00:00', ?6, 'unixepoch'), ?2 + ?3, ?5, ?7, ?8, ?9
"""
WRITTEN = "UPDATE campaigns SET events = events + ? WHERE key = ?"
RECOUNT = """
UPDATE campaign_recipients SET opens = found.opens, clicks = found.clicks,
    last_open = found.last_open, last_click = found.last_click,
    last_activity = found.last_activity, bounce = found.bounce
FROM (
    SELECT recipient, sum(action = 'open') AS opens, sum(action = 'click') AS clicks,
        coalesce(max(CASE action WHEN 'open' THEN timestamp END), '') AS last_open,
        coalesce(max(CASE action WHEN 'click' THEN timestamp END), '') AS last_click,
        coalesce(max(CASE WHEN action NOT IN ('unsubscribe', 'abuse') THEN timestamp END), '')
            AS last_activity,
        CASE WHEN sum(action = 'hard_bounce') THEN 'hard'
            WHEN sum(action = 'soft_bounce') THEN 'soft' ELSE '' END AS bounce
    FROM campaign_events
    WHERE campaign_key = ?1 AND recipient IN (SELECT value FROM json_each(?2))
    GROUP BY recipient
) AS found
WHERE campaign_recipients.campaign_key = ?1 AND campaign_recipients.number = found.recipient
"""
TOTALS = """
SELECT count(*), total(bounce = 'hard'), total(bounce = 'soft'), total(opens), total(opens > 0),
    coalesce(max(last_open), ''), total(clicks), total(clicks > 0), coalesce(max(last_click), ''),
    (SELECT count(*) FROM (SELECT DISTINCT url, recipient FROM campaign_events
        WHERE campaign_key = ?1 AND action = 'click')),
    (SELECT count(DISTINCT recipient) FROM campaign_events
        WHERE campaign_key = ?1 AND action = 'unsubscribe'),
    (SELECT count(*) FROM campaign_events WHERE campaign_key = ?1 AND action = 'abuse')
FROM campaign_recipients WHERE campaign_key = ?1
"""
COUNTED = "UPDATE campaigns SET totals = ? WHERE key = ?"
# SANDBOX choice: who is cleaned or archived stays so, and who left is not cleaned.
LEAVE = """
UPDATE members SET status = 'unsubscribed', unsubscribed_by = 'person', last_changed = ?2
WHERE list_key = ?1 AND subscriber_hash IN (SELECT value FROM json_each(?3))
    AND status NOT IN ('cleaned', 'archived') AND unsubscribed_by <> 'person'
"""
CLEAN = """
UPDATE members SET status = 'cleaned', unsubscribed_by = '', last_changed = ?2
WHERE list_key = ?1 AND subscriber_hash IN (SELECT value FROM json_each(?3))
    AND status NOT IN ('cleaned', 'archived', 'unsubscribed')
"""
LEAVING = ("unsubscribe", "abuse")


class Person(NamedTuple):
    """Somebody who was sent a campaign."""

    email_id: str
    email_address: str
    sent_at: str


class Event(NamedTuple):
    """What a recipient did, or what became of their mail."""

    recipient: int
    action: str
    moment: int  # seconds of Unix
    url: str = ""
    ip: str = ""
    reason: str = ""


def add_recipients(store: Store, campaign: Campaign, people: Iterable[Person]) -> dict[str, int]:
    """Return the numbers of these people; who is no recipient yet becomes one, as first named."""
    named: dict[str, Person] = {}
    for each in people:
        named.setdefault(each.email_id, each)
    ids = orjson.dumps(list(named)).decode()
    numbers: dict[str, int] = dict(store.rows(KNOWN, (ids, campaign.key)))
    new = [each for name, each in named.items() if name not in numbers]
    numbers |= {each.email_id: place for place, each in enumerate(new, campaign.recipients)}
    store.write_all(ENROL, ((campaign.key, numbers[each.email_id], *each) for each in new))
    store.write(ENROLLED, (campaign.recipients + len(new), campaign.key))
    return numbers


def write(store: Store, campaign: Campaign, events: Iterable[Event]) -> int:
    """Write events; return how many. Neither the counts nor the contacts change."""
    row = store.one(ORDINAL, (campaign.key,))
    first = row[0] if row else 0
    written = store.write_all(
        INSERT, ((campaign.key, first, place, *event) for place, event in enumerate(events))
    )
    store.write(WRITTEN, (max(written, 0), campaign.key))
    return max(written, 0)


def recount(store: Store, campaign: Campaign, recipients: Collection[int]) -> None:
    """Count anew what these recipients did, and with it the whole campaign."""
    store.write(RECOUNT, (campaign.key, orjson.dumps(list(recipients)).decode()))
    row = store.one(TOTALS, (campaign.key,)) or ()
    totals = [each if isinstance(each, str) else int(each) for each in row]
    store.write(COUNTED, (orjson.dumps(totals).decode(), campaign.key))


def apply_to_contacts(
    store: Store, list_row: ListRow, actions: Mapping[str, Collection[str]], now: str
) -> int:
    """Change the contacts as the events mean; return how many changed.

    Who unsubscribes leaves by their own hand, and a hard bounce cleans. SANDBOX choice: so does
    who complains, and `last_changed` is the moment at which the sandbox hears of it.
    """
    leaving = [each for action in LEAVING for each in actions.get(action, ())]
    bounced = list(actions.get("hard_bounce", ()))
    return sum(
        store.write(sql, (list_row.key, now, orjson.dumps(hashes).decode()))
        for sql, hashes in ((LEAVE, leaving), (CLEAN, bounced))
        if hashes
    )
