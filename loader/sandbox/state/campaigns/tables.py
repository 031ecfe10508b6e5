"""The tables of the campaigns."""

# The recipients of a campaign are numbered from 0 without a gap, so that a page is a range and
# not an OFFSET. What the reports count is kept beside each recipient and each campaign; the events
# of one recipient lie together, in the order of time.
TABLES = """
CREATE TABLE IF NOT EXISTS campaigns (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    list_id TEXT NOT NULL,
    list_name TEXT NOT NULL,
    title TEXT NOT NULL,
    subject_line TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    create_time TEXT NOT NULL,
    send_time TEXT NOT NULL,
    empty_activity INTEGER NOT NULL,
    recipients INTEGER NOT NULL DEFAULT 0,
    events INTEGER NOT NULL DEFAULT 0,
    totals TEXT NOT NULL DEFAULT '[]'
);
CREATE TABLE IF NOT EXISTS campaign_recipients (
    campaign_key INTEGER NOT NULL,
    number INTEGER NOT NULL,
    email_id TEXT NOT NULL,
    email_address TEXT NOT NULL,
    sent_at TEXT NOT NULL,
    bounce TEXT NOT NULL DEFAULT '',
    opens INTEGER NOT NULL DEFAULT 0,
    clicks INTEGER NOT NULL DEFAULT 0,
    last_open TEXT NOT NULL DEFAULT '',
    last_click TEXT NOT NULL DEFAULT '',
    last_activity TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (campaign_key, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS recipients_by_contact
    ON campaign_recipients (email_id, campaign_key);
CREATE INDEX IF NOT EXISTS recipients_by_activity
    ON campaign_recipients (campaign_key, number, last_activity, last_open);
CREATE TABLE IF NOT EXISTS campaign_events (
    campaign_key INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    timestamp TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    action TEXT NOT NULL,
    url TEXT NOT NULL,
    ip TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (campaign_key, recipient, timestamp, ordinal)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS campaign_events_by_time
    ON campaign_events (campaign_key, action, timestamp);
CREATE INDEX IF NOT EXISTS campaign_clicks
    ON campaign_events (campaign_key, action, url, recipient) WHERE action = 'click';
"""
