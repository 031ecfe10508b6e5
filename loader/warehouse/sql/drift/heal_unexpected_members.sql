{# Who is in a segment of ours, or has a tag that was taken off, is taken out by the next sync. #}
merge into {{ ledger }} as ledger
using (
    select kind, segment, email_address
    from {{ drift }}
    where
        list_id = {{ list_id }}
        and audience = {{ audience }}
        and healed_at is null
        and drift_type in {{ to_take_out }}
) as strangers
on
    ledger.list_id = {{ list_id }}
    and ledger.audience = {{ audience }}
    and ledger.kind = strangers.kind
    and ledger.segment = strangers.segment
    and ledger.email_address = strangers.email_address
when matched
then update set is_managed = true, confirmed_hash = null, resend_reason = 'drift'
when not matched
then
    insert (list_id, audience, kind, segment, email_address, is_managed, resend_reason, attempts)
    values (
{{ list_id }},
{{ audience }},
        strangers.kind,
        strangers.segment,
        strangers.email_address,
        true,
        'drift',
        0
    )
