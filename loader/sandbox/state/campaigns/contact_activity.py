"""What one contact did, over all campaigns of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Collection

    from loader.sandbox.state.database import Row, Store

HISTORY = """
SELECT action, timestamp, url, id AS campaign_id, title, type, ordinal
FROM campaign_recipients JOIN campaigns ON campaigns.key = campaign_recipients.campaign_key
JOIN campaign_events ON campaign_events.campaign_key = campaigns.key AND recipient = number
WHERE email_id = ?1 AND list_id = ?2 AND status = 'sent'
UNION ALL
SELECT 'sent', sent_at, '', id, title, type, -1
FROM campaign_recipients JOIN campaigns ON campaigns.key = campaign_recipients.campaign_key
WHERE email_id = ?1 AND list_id = ?2 AND status = 'sent'
"""
LATEST = f"""
SELECT action, timestamp, url, campaign_id, title, type FROM ({HISTORY})
WHERE action IN (SELECT value FROM json_each(?3)) ORDER BY timestamp DESC, ordinal DESC LIMIT ?4
"""  # noqa: S608 - a constant of ours
HOW_MANY = f"""
SELECT count(*) FROM ({HISTORY}) WHERE action IN (SELECT value FROM json_each(?3))
"""  # noqa: S608 - a constant of ours


def latest(
    store: Store, email_id: str, list_id: str, actions: Collection[str], most: int
) -> list[Row]:
    """Return the last events of a contact, the latest first, with the campaign of each."""
    names = orjson.dumps(list(actions)).decode()
    return store.rows(LATEST, (email_id, list_id, names, most))


def how_many(store: Store, email_id: str, list_id: str, actions: Collection[str]) -> int:
    """Return how many events of a contact there are."""
    return store.count(HOW_MANY, (email_id, list_id, orjson.dumps(list(actions)).decode()))
