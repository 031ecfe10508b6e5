"""The campaigns of the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson

from loader.sandbox.problems import not_found

if TYPE_CHECKING:
    from loader.sandbox.state.database import Row, Store

TYPES = ("regular", "plaintext", "absplit", "rss", "variate")
LISTED = ("save", "paused", "schedule", "sending", "sent")
STATUSES = (*LISTED, "canceled", "canceling", "archived")
SENT = "sent"


class Totals(NamedTuple):
    """What the report of a campaign counts."""

    recipients: int = 0
    hard: int = 0
    soft: int = 0
    opens: int = 0
    openers: int = 0
    last_open: str = ""
    clicks: int = 0
    clickers: int = 0
    last_click: str = ""
    unique_clicks: int = 0  # pairs of a recipient and a link
    unsubscribed: int = 0
    complaints: int = 0

    @property
    def delivered(self) -> int:
        """How many mails arrived."""
        return self.recipients - self.hard - self.soft


class Campaign(NamedTuple):
    """One campaign; `key` is its number in our tables."""

    key: int
    id: str
    list_id: str
    list_name: str  # as it was when the campaign was made
    title: str
    subject_line: str
    type: str
    status: str
    create_time: str
    send_time: str  # nothing before it is sent
    empty_activity: int  # whether email-activity names recipients who did nothing
    recipients: int = 0
    events: int = 0
    totals: str = "[]"  # JSON

    def counted(self) -> Totals:
        """Return what its report counts."""
        return Totals(*orjson.loads(self.totals))


COLUMNS = ", ".join(Campaign._fields)
SELECT = f"SELECT {COLUMNS} FROM campaigns"  # noqa: S608 - columns of ours
BY_ID = f"{SELECT} WHERE id = ?"
INSERT = """
INSERT INTO campaigns (id, list_id, list_name, title, subject_line, type, status, create_time,
    send_time, empty_activity) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
CHANGE = """
UPDATE campaigns SET list_id = ?3, list_name = ?4, title = ?5, subject_line = ?6, type = ?7,
    status = ?8, create_time = ?9, send_time = ?10, empty_activity = ?11 WHERE key = ?1 AND id = ?2
"""
DELETE = (
    "DELETE FROM campaign_events WHERE campaign_key = ?",
    "DELETE FROM campaign_recipients WHERE campaign_key = ?",
    "DELETE FROM campaigns WHERE key = ?",
)
SETTINGS = 11  # the columns that a request to the admin API writes, the key among them


def find(store: Store, campaign_id: str) -> Campaign | None:
    """Return a campaign, if there is one of that id."""
    row = store.one(BY_ID, (campaign_id,))
    return Campaign(*row) if row else None


def get(store: Store, campaign_id: str) -> Campaign:
    """Return a campaign, or refuse with 404."""
    found = find(store, campaign_id)
    if not found:
        raise not_found()
    return found


def save(store: Store, wanted: Campaign) -> Campaign:
    """Write a new campaign, whose key is 0, or a changed one."""
    if wanted.key:
        store.write(CHANGE, wanted[:SETTINGS])
    else:
        store.write(INSERT, wanted[1:SETTINGS])
    return get(store, wanted.id)


def delete(store: Store, gone: Campaign) -> None:
    """Delete a campaign with everything that happened to it."""
    for statement in DELETE:
        store.write(statement, (gone.key,))


def page(store: Store, where: str, order: str, arguments: Row) -> list[Campaign]:
    """Return some of the campaigns; the last arguments are the count and the offset."""
    sql = f"{SELECT} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
    return [Campaign(*row) for row in store.rows(sql, arguments)]


def total(store: Store, where: str, arguments: Row) -> int:
    """Return how many campaigns there are."""
    return store.count(f"SELECT count(*) FROM campaigns WHERE {where}", arguments)  # noqa: S608 - terms of ours
