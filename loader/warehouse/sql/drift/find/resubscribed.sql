{# Somebody whom this audience told to leave, whom no audience wants or has sent since, and who is subscribed. #}
insert into drift_found
select
    'contact',
    '',
    ledger.email_address,
{{ drift_type }},
    null,
    'not subscribed',
    'subscribed',
{{ is_manual_change }}
from {{ ledger }} as ledger
inner join
{{ members }} as members
    on ledger.list_id = members.list_id
    and ledger.email_address = members.email_address
where
    ledger.list_id = {{ list_id }}
    and ledger.audience = {{ audience }}
    and ledger.kind = 'contact'
    and not ledger.is_managed
    and members.status = 'subscribed'
    and ledger.email_address in (
        select told.email_address from drift_told_to_leave as told where told.audience = {{ audience }}
    )
    and ledger.email_address not in (
        select anybody.email_address
        from {{ wanted }} as anybody
        where anybody.list_id = {{ list_id }}
    )
    and ledger.email_address not in (
        select others.email_address
        from {{ ledger }} as others
        where others.list_id = {{ list_id }} and others.kind = 'contact' and others.is_managed
    )
