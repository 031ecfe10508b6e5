{#
    What a list was confirmed to hold of each contact that an audience wants and that it keeps up to
    date: the payload that was sent, also when another one is wanted by now. An audience that only creates gives its values
    once, and they are nobody's after that.
#}
create or replace temporary table loader_payloads as
select ledger.email_address, min(history.payload) as payload
from {{ ledger }} as ledger
inner join
{{ history }} as history
    on ledger.email_address = history.email_address
    and ledger.confirmed_hash = history.payload_hash
inner join {{ members }} as members on ledger.email_address = members.email_address
where
    ledger.list_id = {{ list_id }}
    and ledger.audience = {{ audience }}
    and ledger.kind = 'contact'
    and ledger.is_managed
    and ledger.email_address in (
        select wanted.email_address
        from {{ wanted }} as wanted
        where wanted.list_id = {{ list_id }} and wanted.audience = {{ audience }}
    )
    and members.list_id = {{ list_id }}
    and members.status in ('subscribed', {{ kept_status }})
    and {{ contacts }} <> 'create'
group by ledger.email_address
