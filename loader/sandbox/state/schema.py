"""The tables of the state: lists with their contacts, and campaigns with their events."""

# A number per list keeps the indexes of a million contacts small. Merge values are JSON by tag,
# without the empty ones. The partial index walks the default listing, which has no archived
# contact; the one by change carries the status, so that a page skips rows without reading them.
# The preferences of a contact are its interests and permissions: the ids that are on, as JSON.
LISTS = """
CREATE TABLE IF NOT EXISTS lists (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    double_optin INTEGER NOT NULL,
    merge_field_limit INTEGER NOT NULL,
    next_merge_id INTEGER NOT NULL,
    date_created TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS merge_fields (
    list_key INTEGER NOT NULL,
    merge_id INTEGER NOT NULL,
    tag TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    required INTEGER NOT NULL,
    default_value TEXT NOT NULL,
    public INTEGER NOT NULL,
    display_order INTEGER NOT NULL,
    options TEXT NOT NULL,
    help_text TEXT NOT NULL,
    PRIMARY KEY (list_key, merge_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS members (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    list_key INTEGER NOT NULL,
    subscriber_hash TEXT NOT NULL,
    email_address TEXT NOT NULL,
    status TEXT NOT NULL,
    unsubscribed_by TEXT NOT NULL,
    merge_fields TEXT NOT NULL,
    email_type TEXT NOT NULL,
    language TEXT NOT NULL,
    vip INTEGER NOT NULL,
    location TEXT NOT NULL,
    ip_signup TEXT NOT NULL,
    timestamp_signup TEXT NOT NULL,
    ip_opt TEXT NOT NULL,
    timestamp_opt TEXT NOT NULL,
    last_changed TEXT NOT NULL,
    preferences TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS members_by_hash ON members (list_key, subscriber_hash);
CREATE INDEX IF NOT EXISTS members_by_status ON members (list_key, status);
CREATE INDEX IF NOT EXISTS members_by_change ON members (list_key, last_changed, status);
CREATE INDEX IF NOT EXISTS members_present ON members (list_key) WHERE status <> 'archived';
CREATE TABLE IF NOT EXISTS interest_categories (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    list_key INTEGER NOT NULL,
    title TEXT NOT NULL,
    type TEXT NOT NULL,
    display_order INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS categories_of_list ON interest_categories (list_key);
CREATE TABLE IF NOT EXISTS interests (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    list_key INTEGER NOT NULL,
    category INTEGER NOT NULL,
    name TEXT NOT NULL,
    display_order INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS interests_of_list ON interests (list_key);
CREATE TABLE IF NOT EXISTS marketing_permissions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    list_key INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS permissions_of_list ON marketing_permissions (list_key);
CREATE TABLE IF NOT EXISTS blocked_addresses (
    list_key INTEGER NOT NULL,
    subscriber_hash TEXT NOT NULL,
    mark TEXT NOT NULL,
    PRIMARY KEY (list_key, subscriber_hash, mark)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS segments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    list_key INTEGER NOT NULL,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    type TEXT NOT NULL,
    options TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (list_key, folded)
);
CREATE TABLE IF NOT EXISTS segment_members (
    segment_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    date_added TEXT NOT NULL,
    PRIMARY KEY (segment_id, member_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS segments_by_member ON segment_members (member_id, segment_id);
"""
# The recipients of a campaign are numbered from 0 without a gap, so that a page is a range and
# not an OFFSET. What the reports count is kept beside each recipient and each campaign; the events
# of one recipient lie together, in the order of time.
CAMPAIGNS = """
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
