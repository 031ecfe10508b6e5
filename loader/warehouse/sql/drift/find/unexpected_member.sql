{# A contact in the segment of the audience that the loader made, whom this audience has not put there. #}
insert into drift_found
select
    'segment', {{ segment }}, inside.email_address, {{ drift_type }}, null, null, null, {{ is_manual_change }}
from drift_in_segments as inside
where
    inside.segment = lower({{ segment }})
    and inside.segment_id in (
        select segments.segment_id
        from {{ segments }} as segments
        where segments.list_id = {{ list_id }} and segments.is_managed
    )
    and inside.email_address not in (
        select ledger.email_address
        from {{ ledger }} as ledger
        where
            ledger.list_id = {{ list_id }}
            and ledger.audience = {{ audience }}
            and ledger.kind = 'segment'
            and ledger.is_managed
            and lower(ledger.segment) = inside.segment
    )
    and inside.email_address not in (
        select wanted.email_address
        from {{ wanted }} as wanted
        where wanted.list_id = {{ list_id }} and wanted.audience = {{ audience }}
    )
    -- who is ours under another address
    and inside.email_address not in (
        select moved.actual from drift_found as moved where moved.drift_type = {{ email_changed }}
    )
