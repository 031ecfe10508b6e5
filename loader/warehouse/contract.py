"""The tables between dbt and the loader, column by column; dbt makes them, a test compares."""

import pyarrow as pa

_TEXT = pa.string()
_WHOLE = pa.int64()
_YES_NO = pa.bool_()
_NUMBER = pa.float64()
_TIME = pa.timestamp("us")  # UTC, without a zone


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema(list(columns.items()))


AUDIENCES = _schema(
    audience=_TEXT,
    project=_TEXT,
    path=_TEXT,
    tags=_TEXT,
    enabled=_YES_NO,
    status=_TEXT,
    failed_tests=_TEXT,
    configuration=_TEXT,
    history=_TEXT,
    relation=_TEXT,
    delta=_TEXT,
    invocation_id=_TEXT,
    built_at=_TIME,
)

WANTED = _schema(
    audience=_TEXT,
    list_id=_TEXT,
    email_address=_TEXT,
    may_create=_YES_NO,
)

CONFLICTS = _schema(
    audience=_TEXT,
    list_id=_TEXT,
    email_address=_TEXT,
    reason=_TEXT,
)

LEDGER = _schema(
    list_id=_TEXT,
    audience=_TEXT,
    kind=_TEXT,
    segment=_TEXT,
    email_address=_TEXT,
    existed=_YES_NO,
    sent=_YES_NO,
    claimed=_TEXT,
    confirmed=_TEXT,
    action=_TEXT,
    payload_hash=_TEXT,
    outcome=_TEXT,
    reason=_TEXT,
    text=_TEXT,
    attempts=_WHOLE,
    archived_at=_TIME,
    acked_at=_TIME,
    run_id=_TEXT,
)

ACKS = _schema(
    run_id=_TEXT,
    audience=_TEXT,
    list_id=_TEXT,
    segment=_TEXT,
    email_address=_TEXT,
    person_id=_TEXT,
    action=_TEXT,
    payload_hash=_TEXT,
    outcome=_TEXT,
    reason=_TEXT,
    text=_TEXT,
    acked_at=_TIME,
)

RUNS = _schema(
    run_id=_TEXT,
    audience=_TEXT,
    list_id=_TEXT,
    started_at=_TIME,
    finished_at=_TIME,
    options=_TEXT,
    accepted=_WHOLE,
    held=_WHOLE,
    rejected=_WHOLE,
    invalid=_WHOLE,
    unknown=_WHOLE,
    counts=_TEXT,
    requests=_WHOLE,
    writes=_WHOLE,
    retries=_WHOLE,
    width=_WHOLE,
    exit_code=_WHOLE,
    message=_TEXT,
    version=_TEXT,
)

SEGMENTS = _schema(
    list_id=_TEXT,
    segment=_TEXT,
    segment_id=_WHOLE,
    audience=_TEXT,
    is_ours=_YES_NO,
    remake=_YES_NO,
    run_id=_TEXT,
)

FILLED = _schema(
    list_id=_TEXT,
    audience=_TEXT,
    kind=_TEXT,
    name=_TEXT,
    remote_id=_TEXT,
    type=_TEXT,
)

DRIFT = _schema(
    audience=_TEXT,
    list_id=_TEXT,
    kind=_TEXT,
    segment=_TEXT,
    email_address=_TEXT,
    drift=_TEXT,
    field=_TEXT,
    expected=_TEXT,
    found=_TEXT,
    is_decided=_YES_NO,
    found_at=_TIME,
    healed_at=_TIME,
)

MEMBERS_SEEN = _schema(
    list_id=_TEXT,
    email_address=_TEXT,
    status=_TEXT,
    last_changed=_TIME,
    contact_id=_TEXT,
    read_at=_TIME,
)

MEMBERS = pa.schema(
    [
        *MEMBERS_SEEN,
        *_schema(
            details_read_at=_TIME,
            details_read_by=_TEXT,
            unique_email_id=_TEXT,
            email_type=_TEXT,
            language=_TEXT,
            vip=_YES_NO,
            member_rating=_WHOLE,
            unsubscribe_reason=_TEXT,
            source=_TEXT,
            ip_signup=_TEXT,
            ip_opt=_TEXT,
            timestamp_signup=_TIME,
            timestamp_opt=_TIME,
            latitude=_NUMBER,
            longitude=_NUMBER,
            merge_fields=_TEXT,
            interests=_TEXT,
            marketing_permissions=_TEXT,
            tags=_TEXT,
        ),
    ]
)

LISTS = _schema(
    list_id=_TEXT,
    account=_TEXT,
    name=_TEXT,
    double_optin=_YES_NO,
    marketing_permissions=_YES_NO,
    created_at=_TIME,
    member_count=_WHOLE,
    unsubscribe_count=_WHOLE,
    cleaned_count=_WHOLE,
    read_at=_TIME,
)

MERGE_FIELDS = _schema(
    list_id=_TEXT,
    tag=_TEXT,
    merge_id=_WHOLE,
    name=_TEXT,
    type=_TEXT,
    required=_YES_NO,
    default_value=_TEXT,
    choices=_TEXT,
    read_at=_TIME,
)

LIST_SEGMENTS = _schema(
    list_id=_TEXT,
    segment_id=_WHOLE,
    name=_TEXT,
    type=_TEXT,
    member_count=_WHOLE,
    created_at=_TIME,
    updated_at=_TIME,
    read_at=_TIME,
)

SEGMENT_MEMBERS = _schema(
    list_id=_TEXT,
    segment_id=_WHOLE,
    email_address=_TEXT,
)

CAMPAIGNS = _schema(
    campaign_id=_TEXT,
    list_id=_TEXT,
    title=_TEXT,
    subject_line=_TEXT,
    type=_TEXT,
    status=_TEXT,
    created_at=_TIME,
    sent_at=_TIME,
    emails_sent=_WHOLE,
    report=_TEXT,
    events_report=_TEXT,
    events_read_at=_TIME,
    read_at=_TIME,
)

EVENTS = _schema(
    list_id=_TEXT,
    campaign_id=_TEXT,
    email_address=_TEXT,
    event=_TEXT,
    occurred_at=_TIME,
    url=_TEXT,
    reason=_TEXT,
    ordinal=_WHOLE,
    source=_TEXT,
)

TABLES = {
    "loader_audiences": AUDIENCES,
    "loader_wanted": WANTED,
    "loader_conflicts": CONFLICTS,
    "loader_ledger": LEDGER,
    "loader_acks": ACKS,
    "loader_runs": RUNS,
    "loader_segments": SEGMENTS,
    "loader_filled": FILLED,
    "loader_drift": DRIFT,
    "mailchimp_members": MEMBERS,
    "mailchimp_lists": LISTS,
    "mailchimp_merge_fields": MERGE_FIELDS,
    "mailchimp_segments": LIST_SEGMENTS,
    "mailchimp_segment_members": SEGMENT_MEMBERS,
    "mailchimp_campaigns": CAMPAIGNS,
    "mailchimp_events": EVENTS,
}
