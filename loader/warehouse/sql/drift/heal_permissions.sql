{# Who is made anew has none of the marketing permissions that they were given. #}
update {{ ledger }}
set confirmed_hash = null, confirmed_permissions = null, resend_reason = 'drift'
where
    list_id = {{ list_id }}
    and audience = {{ audience }}
    and kind = 'permissions'
    and email_address in (
        select drift.email_address
        from {{ drift }} as drift
        where
            drift.list_id = {{ list_id }}
            and drift.audience = {{ audience }}
            and drift.healed_at is null
            and drift.drift_type = {{ missing_contact }}
    )
