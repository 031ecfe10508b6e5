"""The tables between dbt and the loader, column by column; dbt makes them, a test compares."""

import pyarrow as pa

_TEXT = pa.string()
_WHOLE = pa.int64()
_YES_NO = pa.bool_()
_TIME = pa.timestamp("us")  # UTC, without a zone


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema(list(columns.items()))


AUDIENCES = _schema(
    audience=_TEXT,
    path=_TEXT,
    tags=_TEXT,
    enabled=_YES_NO,
    status=_TEXT,
    failed_tests=_TEXT,
    configuration=_TEXT,
    history=_TEXT,
    current_view=_TEXT,
    delta=_TEXT,
    invocation_id=_TEXT,
    built_at=_TIME,
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

MEMBERS = _schema(
    list_id=_TEXT,
    email_address=_TEXT,
    status=_TEXT,
    last_changed=_TIME,
    read_at=_TIME,
)

TABLES = {
    "loader_audiences": AUDIENCES,
    "loader_ledger": LEDGER,
    "loader_acks": ACKS,
    "loader_runs": RUNS,
    "loader_segments": SEGMENTS,
    "mailchimp_members": MEMBERS,
}
