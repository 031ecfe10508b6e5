{#
    Remember of the contacts of ours that an audience lets go of, and that stay on the list because nobody
    takes them out, that we had put them there: nobody's `on_leave` takes them out any more.
#}
insert into {{ ledger }} (
    list_id, audience, kind, segment, email_address, pre_existing, is_managed, attempts, run_id
)
select {{ list_id }}, {{ audience }}, 'given_up', '', ledger.email_address, false, false, 0, {{ run_id }}
from {{ ledger }} as ledger
inner join
{{ members }} as members
    on ledger.list_id = members.list_id
    and ledger.email_address = members.email_address
where
    ledger.list_id = {{ list_id }}
    and ledger.audience = {{ audience }}
    and ledger.kind = 'contact'
    and ledger.is_managed
    and not ledger.pre_existing
    and members.status in ('subscribed', 'pending')
    and not {{ keeps_contacts }}
    and not exists (
        select 1
        from loader_plan
        where loader_plan.kind = 'contact' and loader_plan.email_address = ledger.email_address
    )
    and not exists (
        select 1
        from {{ ledger }} as other
        where
            other.list_id = ledger.list_id
            and other.email_address = ledger.email_address
            and (
                (other.kind = 'contact' and other.audience <> ledger.audience and not other.pre_existing)
                or (other.kind = 'given_up' and other.audience = ledger.audience)
            )
    )
