{# How many contacts this run has given up. #}
select count(*) as contacts
from {{ ledger }}
where
    list_id = {{ list_id }}
    and audience = {{ audience }}
    and kind = 'given_up'
    and run_id = {{ run_id }}
