{#
    What an audience believes of people whom it wants on a list, beside how the list shows them. Who is
    not wanted any more is on the way out, or nobody's; of whose address was changed the list can show
    nothing under the old one.
#}
create or replace temporary table drift_believed as
select
    ledger.kind,
    ledger.segment,
    ledger.email_address,
    ledger.confirmed_permissions,
    ledger.outcome,
    ledger.reason_code,
    ledger.acked_at,
    members.status,
    members.marketing_permissions
from {{ ledger }} as ledger
inner join
    (
        select distinct email_address
        from {{ wanted }}
        where list_id = {{ list_id }} and audience = {{ audience }}
    ) as wanted
    on ledger.email_address = wanted.email_address
left join
{{ members }} as members
    on members.list_id = {{ list_id }}
    and ledger.email_address = members.email_address
where
    ledger.list_id = {{ list_id }}
    and ledger.audience = {{ audience }}
    and ledger.is_managed
    and (ledger.confirmed_hash is not null or ledger.resend_reason <> 'drift')
    and ledger.email_address not in (
        select moved.email_address from drift_found as moved where moved.drift_type = {{ email_changed }}
    )
