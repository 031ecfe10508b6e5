"""Who complained about the campaigns of a list, numbered from the earliest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loader.sandbox.state.database import Row, Store
    from loader.sandbox.state.lists import ListRow

COMPLAINTS = """
FROM campaigns
JOIN campaign_events AS events ON events.campaign_key = campaigns.key AND action = 'abuse'
JOIN campaign_recipients AS recipients
    ON recipients.campaign_key = campaigns.key AND number = recipient
WHERE list_id = ?1
"""
PAGE = f"""
SELECT row_number() OVER (ORDER BY timestamp, campaigns.key, recipient, ordinal),
    campaigns.id, email_id, email_address, timestamp
{COMPLAINTS} ORDER BY 1 LIMIT ?2 OFFSET ?3
"""


def page(store: Store, list_row: ListRow, count: int, offset: int) -> list[Row]:
    """Return number, campaign, hash, address and moment of some complaints."""
    return store.rows(PAGE, (list_row.id, count, offset))


def total(store: Store, list_row: ListRow) -> int:
    """Return how many complaints there are."""
    return store.count(f"SELECT count(*) {COMPLAINTS}", (list_row.id,))
