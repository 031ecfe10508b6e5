{# Historical refresh: whatever was confirmed is owed again, and still known to have been sent. #}
update {{ ledger }}
set confirmed_hash = null, confirmed_permissions = null, resend_reason = 'historical_refresh'
where
    list_id = {{ list_id }}
    and audience = {{ audience }}
    and kind <> 'segment'
    and coalesce(confirmed_hash, resend_reason) is not null
