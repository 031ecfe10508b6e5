{# Historical refresh: whatever was confirmed is owed again, and still known to have been sent. #}
update {{ ledger }}
set confirmed = 'refresh'
where
    list_id = {{ list_id }}
    and audience = {{ audience }}
    and kind <> 'segment'
    and confirmed is not null
