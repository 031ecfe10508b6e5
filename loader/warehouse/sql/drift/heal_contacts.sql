{#
    Contacts that are not as they were confirmed are owed again. Where a person decided, the next sync
    says so and holds them.
#}
update {{ ledger }}
set confirmed_hash = null, resend_reason = 'drift'
where
    list_id = {{ list_id }}
    and audience = {{ audience }}
    and kind = 'contact'
    and email_address in (
        select drift.email_address
        from {{ drift }} as drift
        where
            drift.list_id = {{ list_id }}
            and drift.audience = {{ audience }}
            and drift.healed_at is null
            and drift.drift_type in {{ to_send }}
    )
