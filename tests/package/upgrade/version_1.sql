-- The tables as version 1 made them, and the rows that two of its syncs left behind; `{list}`,
-- `{readers}` and
-- `{gold}` stand for the ids of the list, the segment and the tag.
create table loader_acks (
    run_id varchar,
    audience varchar,
    list_id varchar,
    segment varchar,
    email_address varchar,
    person_id varchar,
    action varchar,
    payload_hash varchar,
    outcome varchar,
    reason varchar,
    text varchar,
    acked_at timestamp
);
create table loader_audiences (
    audience varchar,
    path varchar,
    tags varchar,
    enabled boolean,
    status varchar,
    failed_tests varchar,
    configuration varchar,
    history varchar,
    current_view varchar,
    delta varchar,
    invocation_id varchar,
    built_at timestamp
);
create table loader_drift (
    audience varchar,
    list_id varchar,
    kind varchar,
    segment varchar,
    email_address varchar,
    drift varchar,
    field varchar,
    expected varchar,
    found varchar,
    is_decided boolean,
    found_at timestamp,
    healed_at timestamp
);
create table loader_ledger (
    list_id varchar,
    audience varchar,
    kind varchar,
    segment varchar,
    email_address varchar,
    existed boolean,
    sent boolean,
    claimed varchar,
    confirmed varchar,
    action varchar,
    payload_hash varchar,
    outcome varchar,
    reason varchar,
    text varchar,
    attempts bigint,
    archived_at timestamp,
    acked_at timestamp,
    run_id varchar
);
create table loader_runs (
    run_id varchar,
    audience varchar,
    list_id varchar,
    started_at timestamp,
    finished_at timestamp,
    options varchar,
    accepted bigint,
    held bigint,
    rejected bigint,
    invalid bigint,
    unknown bigint,
    counts varchar,
    requests bigint,
    writes bigint,
    retries bigint,
    width bigint,
    exit_code bigint,
    message varchar,
    version varchar
);
create table loader_segments (
    list_id varchar,
    segment varchar,
    segment_id bigint,
    audience varchar,
    is_ours boolean,
    remake boolean,
    run_id varchar
);
create table mailchimp_campaigns (
    campaign_id varchar,
    list_id varchar,
    title varchar,
    subject_line varchar,
    type varchar,
    status varchar,
    created_at timestamp,
    sent_at timestamp,
    emails_sent bigint,
    report varchar,
    events_report varchar,
    events_read_at timestamp,
    read_at timestamp
);
create table mailchimp_events (
    list_id varchar,
    campaign_id varchar,
    email_address varchar,
    event varchar,
    occurred_at timestamp,
    url varchar,
    reason varchar,
    ordinal bigint,
    source varchar
);
create table mailchimp_lists (
    list_id varchar,
    account varchar,
    name varchar,
    double_optin boolean,
    marketing_permissions boolean,
    created_at timestamp,
    member_count bigint,
    unsubscribe_count bigint,
    cleaned_count bigint,
    read_at timestamp
);
create table mailchimp_members (
    list_id varchar,
    email_address varchar,
    status varchar,
    last_changed timestamp,
    contact_id varchar,
    read_at timestamp,
    details_read_at timestamp,
    unique_email_id varchar,
    email_type varchar,
    language varchar,
    vip boolean,
    member_rating bigint,
    unsubscribe_reason varchar,
    source varchar,
    ip_signup varchar,
    ip_opt varchar,
    timestamp_signup timestamp,
    timestamp_opt timestamp,
    latitude double precision,
    longitude double precision,
    merge_fields varchar,
    interests varchar,
    marketing_permissions varchar,
    tags varchar
);
create table mailchimp_merge_fields (
    list_id varchar,
    tag varchar,
    merge_id bigint,
    name varchar,
    type varchar,
    required boolean,
    default_value varchar,
    choices varchar,
    read_at timestamp
);
create table mailchimp_segment_members (
    list_id varchar,
    segment_id bigint,
    email_address varchar
);
create table mailchimp_segments (
    list_id varchar,
    segment_id bigint,
    name varchar,
    type varchar,
    member_count bigint,
    created_at timestamp,
    updated_at timestamp,
    read_at timestamp
);
create table readers__history (
    email_address varchar,
    person_id varchar,
    payload varchar,
    payload_hash varchar,
    tags varchar,
    marketing_permissions varchar,
    marketing_consent boolean,
    invalid_reason varchar,
    dropped_rows bigint,
    dbt_scd_id varchar,
    dbt_updated_at timestamp,
    dbt_valid_from timestamp,
    dbt_valid_to timestamp
);
insert into loader_audiences values
    ('readers', 'models/readers.sql', '[]', true, 'success', '[]', '{"mappings": [{"list_id": "{list}", "contacts": "upsert", "segment": "Readers", "on_leave": "archive", "status_if_new": "subscribed", "consent": "marketing_consent", "duplicates": "first", "order_by": null, "nulls": "skip", "merge_fields": "create", "fields": null, "mirror": false, "max_leave": "20%", "schedule": null, "enabled": true, "account": "default", "adopt": false}], "merge_fields": [{"name": "fname", "kind": "text", "zoned": false, "wide": false, "switches": [], "parts": [], "tag": "FNAME", "type": "text", "label": "fname"}], "has_tags": true, "interests": [], "marketing_permissions": ["Email"], "fields": [["marketing_permissions", "Email"], ["merge_fields", "FNAME"]]}', '"shop"."main"."readers__history"', '"shop"."main"."readers"', '"shop"."main"."readers__delta"', 'cddaedfa-9c6b-499a-ac10-c8d8cccfe53a', '2026-11-30 05:06:39');
insert into loader_ledger values
    ('{list}', 'readers', 'contact', '', 'ann@old.shop.de', false, true, null, 'eb71de112830163a6270658b589f6fa0', 'upsert', 'eb71de112830163a6270658b589f6fa0', 'accepted', null, null, 1, null, '2026-11-30 05:06:38', 'run 1'),
    ('{list}', 'readers', 'contact', '', 'gone@old.shop.de', false, false, null, null, 'withdraw', '3cd4d4755521cf9ad1f095dd13197e1f', 'accepted', null, null, 1, null, '2026-11-30 05:06:47', 'run 2'),
    ('{list}', 'readers', 'contact', '', 'cid@old.shop.de', true, true, null, '407f160cf9b38417b05464a0eb82001d', 'upsert', '407f160cf9b38417b05464a0eb82001d', 'accepted', null, null, 1, null, '2026-11-30 05:06:38', 'run 1'),
    ('{list}', 'readers', 'segment', 'Readers', 'ann@old.shop.de', false, true, null, 'member', 'segment_add', 'member', 'accepted', null, null, 1, null, '2026-11-30 05:06:38', 'run 1'),
    ('{list}', 'readers', 'segment', 'Readers', 'gone@old.shop.de', false, false, null, null, 'segment_remove', 'member', 'accepted', null, null, 1, null, '2026-11-30 05:06:47', 'run 2'),
    ('{list}', 'readers', 'segment', 'Readers', 'cid@old.shop.de', true, true, null, 'member', 'segment_add', 'member', 'accepted', null, null, 1, null, '2026-11-30 05:06:38', 'run 1'),
    ('{list}', 'readers', 'permissions', '', 'ann@old.shop.de', false, true, null, '{"Email":true}', 'permissions', '{"Email":true}', 'accepted', null, null, 1, null, '2026-11-30 05:06:38', 'run 1'),
    ('{list}', 'readers', 'permissions', '', 'gone@old.shop.de', false, true, null, '{"Email":true}', 'permissions', '{"Email":true}', 'accepted', null, null, 1, null, '2026-11-30 05:06:38', 'run 1'),
    ('{list}', 'readers', 'permissions', '', 'cid@old.shop.de', true, true, null, '{"Email":true}', 'permissions', '{"Email":true}', 'accepted', null, null, 1, null, '2026-11-30 05:06:38', 'run 1'),
    ('{list}', 'readers', 'tag', 'gold', 'ann@old.shop.de', false, true, null, 'member', 'tag_add', 'member', 'accepted', null, null, 1, null, '2026-11-30 05:06:38', 'run 1'),
    ('{list}', 'readers', 'tag', 'gold', 'gone@old.shop.de', false, false, null, null, 'tag_remove', 'member', 'accepted', null, null, 1, null, '2026-11-30 05:06:47', 'run 2'),
    ('{list}', 'readers', 'tag', 'gold', 'cid@old.shop.de', true, true, null, 'member', 'tag_add', 'member', 'accepted', null, null, 1, null, '2026-11-30 05:06:38', 'run 1'),
    ('{list}', 'readers', 'contact', '', 'unsub@old.shop.de', null, false, null, null, 'upsert', '7e337385fb5ec336fcc50c44c67b765b', 'held', 'unsubscribed', null, 1, null, '2026-11-30 05:06:37', 'run 1'),
    ('{list}', 'readers', 'contact', '', 'dan@old.shop.de', null, false, null, null, 'upsert', 'ce8cc1b291822552683c241e159b9c55', 'held', 'no consent', null, 1, null, '2026-11-30 05:06:37', 'run 1');
insert into loader_acks values
    ('run 1', 'readers', '{list}', '', 'unsub@old.shop.de', 'p6', 'upsert', '7e337385fb5ec336fcc50c44c67b765b', 'held', 'unsubscribed', null, '2026-11-30 05:06:37'),
    ('run 1', 'readers', '{list}', '', 'dan@old.shop.de', 'p4', 'upsert', 'ce8cc1b291822552683c241e159b9c55', 'held', 'no consent', null, '2026-11-30 05:06:37'),
    ('run 1', 'readers', '{list}', '', 'ann@old.shop.de', 'p1', 'upsert', 'eb71de112830163a6270658b589f6fa0', 'accepted', null, null, '2026-11-30 05:06:38'),
    ('run 1', 'readers', '{list}', '', 'gone@old.shop.de', 'p7', 'upsert', '3cd4d4755521cf9ad1f095dd13197e1f', 'accepted', null, null, '2026-11-30 05:06:38'),
    ('run 1', 'readers', '{list}', '', 'cid@old.shop.de', 'p3', 'upsert', '407f160cf9b38417b05464a0eb82001d', 'accepted', null, null, '2026-11-30 05:06:38'),
    ('run 1', 'readers', '{list}', 'Readers', 'ann@old.shop.de', 'p1', 'segment_add', 'member', 'accepted', null, null, '2026-11-30 05:06:38'),
    ('run 1', 'readers', '{list}', 'Readers', 'gone@old.shop.de', 'p7', 'segment_add', 'member', 'accepted', null, null, '2026-11-30 05:06:38'),
    ('run 1', 'readers', '{list}', 'Readers', 'cid@old.shop.de', 'p3', 'segment_add', 'member', 'accepted', null, null, '2026-11-30 05:06:38'),
    ('run 1', 'readers', '{list}', 'gold', 'ann@old.shop.de', 'p1', 'tag_add', 'member', 'accepted', null, null, '2026-11-30 05:06:38'),
    ('run 1', 'readers', '{list}', 'gold', 'gone@old.shop.de', 'p7', 'tag_add', 'member', 'accepted', null, null, '2026-11-30 05:06:38'),
    ('run 1', 'readers', '{list}', 'gold', 'cid@old.shop.de', 'p3', 'tag_add', 'member', 'accepted', null, null, '2026-11-30 05:06:38'),
    ('run 1', 'readers', '{list}', '', 'ann@old.shop.de', 'p1', 'permissions', '{"Email":true}', 'accepted', null, null, '2026-11-30 05:06:38'),
    ('run 1', 'readers', '{list}', '', 'gone@old.shop.de', 'p7', 'permissions', '{"Email":true}', 'accepted', null, null, '2026-11-30 05:06:38'),
    ('run 1', 'readers', '{list}', '', 'cid@old.shop.de', 'p3', 'permissions', '{"Email":true}', 'accepted', null, null, '2026-11-30 05:06:38'),
    ('run 2', 'readers', '{list}', '', 'gone@old.shop.de', 'p7', 'withdraw', '3cd4d4755521cf9ad1f095dd13197e1f', 'accepted', null, null, '2026-11-30 05:06:47'),
    ('run 2', 'readers', '{list}', 'Readers', 'gone@old.shop.de', 'p7', 'segment_remove', 'member', 'accepted', null, null, '2026-11-30 05:06:47'),
    ('run 2', 'readers', '{list}', 'gold', 'gone@old.shop.de', 'p7', 'tag_remove', 'member', 'accepted', null, null, '2026-11-30 05:06:47');
insert into loader_runs values
    ('run 1', 'readers', '{list}', '2026-11-30 05:06:37', '2026-11-30 05:06:38', '["first"]', 20, 2, 0, 0, 0, '{"permissions":{"accepted":5},"segment_add":{"accepted":5},"tag_add":{"accepted":5},"upsert":{"accepted":5,"held":2}}', 17, 10, 0, 5, 0, null, '0.1.0'),
    ('run 2', 'readers', '{list}', '2026-11-30 05:06:47', '2026-11-30 05:06:48', '["force_leave"]', 3, 2, 0, 0, 0, '{"segment_remove":{"accepted":1},"tag_remove":{"accepted":1},"upsert":{"held":2},"withdraw":{"accepted":1}}', 10, 3, 0, 3, 0, null, '0.1.0');
insert into loader_segments values
    ('{list}', 'Gold', {gold}, 'readers', true, false, 'run 1'),
    ('{list}', 'Readers', {readers}, 'readers', true, false, 'run 2');
insert into readers__history values
    ('ann@old.shop.de', 'p1', '{"email_address":"ann@old.shop.de","merge_fields":{"FNAME":"Ann"}}', 'eb71de112830163a6270658b589f6fa0', '["Gold"]', '{"Email":true}', true, null, 0, '6c89d03b0aabba5076bf11ba10034756', '2026-11-30 05:06:33', '2026-11-30 05:06:33', null),
    ('gone@old.shop.de', 'p7', '{"email_address":"gone@old.shop.de","merge_fields":{"FNAME":"Gone"}}', '3cd4d4755521cf9ad1f095dd13197e1f', '["Gold"]', '{"Email":true}', true, null, 0, '50c5d7bdb87f5798131c329ef47730fd', '2026-11-30 05:06:33', '2026-11-30 05:06:33', '2026-11-30 05:06:44'),
    ('cid@old.shop.de', 'p3', '{"email_address":"cid@old.shop.de","merge_fields":{"FNAME":"Cid"}}', '407f160cf9b38417b05464a0eb82001d', '["Gold"]', '{"Email":true}', true, null, 0, '9808619dd26007dda0ff45fae0e5f564', '2026-11-30 05:06:33', '2026-11-30 05:06:33', null),
    ('unsub@old.shop.de', 'p6', '{"email_address":"unsub@old.shop.de","merge_fields":{"FNAME":"Unsub"}}', '7e337385fb5ec336fcc50c44c67b765b', '["Gold"]', '{"Email":true}', true, null, 0, '569964ac405f00fa5204f21673f14f0f', '2026-11-30 05:06:33', '2026-11-30 05:06:33', null),
    ('dan@old.shop.de', 'p4', '{"email_address":"dan@old.shop.de","merge_fields":{"FNAME":"Dan"}}', 'ce8cc1b291822552683c241e159b9c55', '["Gold"]', '{"Email":true}', false, null, 0, 'cf56cceece71d6f1745e4629ab369d8b', '2026-11-30 05:06:33', '2026-11-30 05:06:33', null),
    ('gone@old.shop.de', 'p7', '{"email_address":"gone@old.shop.de","merge_fields":{"FNAME":"Gone"}}', '3cd4d4755521cf9ad1f095dd13197e1f', '["Gold"]', '{"Email":true}', false, null, 0, 'bb39cfa5d92493974d6605aa7fe78839', '2026-11-30 05:06:44', '2026-11-30 05:06:44', null);
-- what these two syncs did not happen to leave: every other value of a column that means
-- something else now
insert into loader_ledger
    (
        list_id, audience, segment, email_address,
        kind, sent, claimed, confirmed, action, outcome, reason, text
    )
select 'beef', 'before', '', number || '@old.shop.de',
    kind, sent, claimed, confirmed, action, outcome, reason, text
from
    (
        values
            (1, 'contact', true, 'sent', 'refresh', 'upsert', 'accepted', 'already there', null),
            (2, 'contact', true, 'sent and existed', 'drift', 'archive', 'unknown', 'on its way', null),
            (3, 'contact', true, null, 'f3f6', 'change_address', 'unknown', 'on its way', 'new@old.shop.de'),
            (4, 'contact', false, null, null, 'upsert', 'rejected', 'ERROR_GENERIC', 'looks fake'),
            (5, 'contact', false, null, null, 'upsert', 'invalid', 'FNAME has more than 255 bytes', null),
            (6, 'contact', true, null, 'f3f6', 'upsert', 'rejected', 'no usable answer, alone, in three runs', null),
            (7, 'contact', true, null, 'f3f6', 'upsert', 'unknown', 'the answer does not show PLAN', null),
            (8, 'permissions', true, null, 'refresh', 'permissions', 'accepted', null, null),
            (9, 'contact', false, null, null, 'archive', 'accepted', 'not on the list', null),
            (10, 'contact', false, null, null, 'upsert', 'held', 'not on the list yet', null)
    ) as odd (number, kind, sent, claimed, confirmed, action, outcome, reason, text);
insert into loader_runs (run_id, audience, list_id, started_at, finished_at, options, width, exit_code)
values (
    'run 0', 'before', 'beef', timestamp '2026-11-28', timestamp '2026-11-28',
    '["retire","force_leave"]', 7, 0
);
insert into loader_segments values ('beef', 'Old', 9, 'before', false, true, 'run 0');
insert into loader_drift
    (audience, list_id, kind, segment, email_address, drift, expected, found, is_decided)
select 'before', 'beef', 'contact', '', drift || '@old.shop.de', drift, 'then', 'now', true
from
    (
        values
            ('not on the list'), ('another status'), ('another value'), ('another address'),
            ('another permission'), ('not in it'), ('in it'), ('subscribed again')
    ) as differences (drift);
insert into mailchimp_members (list_id, email_address, status, details_read_at)
values ('beef', '1@old.shop.de', 'subscribed', timestamp '2026-11-28');
create view readers as select * from readers__history where dbt_valid_to is null;
create view loader_wanted as
select 'readers' as audience, '{list}' as list_id, email_address from readers where marketing_consent;
create view loader_conflicts as
select audience, list_id, email_address, '' as reason from loader_wanted where 1 = 0;
