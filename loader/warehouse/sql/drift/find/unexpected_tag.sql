{# A contact with a tag that this audience took off, and that no audience gives. #}
insert into drift_found
select
    'tag',
    ledger.segment,
    ledger.email_address,
{{ drift_type }},
    null,
    null,
    null,
{{ is_manual_change }}
from {{ ledger }} as ledger
inner join
    drift_in_segments as inside
    on lower(ledger.segment) = inside.segment
    and ledger.email_address = inside.email_address
where
    ledger.list_id = {{ list_id }}
    and ledger.audience = {{ audience }}
    and ledger.kind = 'tag'
    and ledger.action = 'tag_remove'
    and ledger.outcome = 'accepted'
    and ledger.reason_code is null
    and not ledger.is_managed
    and not exists (
        select 1
        from {{ ledger }} as others
        where
            others.list_id = {{ list_id }}
            and others.kind in ('segment', 'tag')
            and others.is_managed
            and others.email_address = ledger.email_address
            and lower(others.segment) = lower(ledger.segment)
    )
    and not exists (
        select 1
        from {{ delta }} as delta
        where
            delta.list_id = {{ list_id }}
            and delta.kind = 'tag'
            and delta.email_address = ledger.email_address
            and delta.segment = ledger.segment
    )
