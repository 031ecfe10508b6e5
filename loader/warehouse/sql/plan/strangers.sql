{# How many contacts a list shows that no audience of this warehouse has put there or knows. #}
select count(*) as contacts
from {{ members }} as members
where
    list_id = {{ list_id }}
    and not exists (
        select 1
        from {{ ledger }} as ledger
        where ledger.list_id = members.list_id and ledger.email_address = members.email_address
    )
    -- whose address somebody changed in Mailchimp is known by the old one
    and not exists (
        select 1
        from {{ drift }} as drift
        where
            drift.list_id = members.list_id
            and drift.drift_type = 'email_changed'
            and drift.actual = members.email_address
    )
