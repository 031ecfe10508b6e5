{#
    Whose address Mailchimp changed in one run: the old address and the new, and the status that the
    list showed, which stays. A contact that came back with another status than wanted has changed
    too; only one that was not there has not. Who is held without being told again has not changed:
    the claim is of an earlier run.
#}
create or replace temporary table loader_changed as
select distinct
    ledger.email_address as previous_email,
    acks.email_address,
    members.status,
    coalesce(acks.reason_code = {{ not_on_list }}, false) as is_gone
from {{ ledger }} as ledger
inner join
{{ acks }} as acks
    on ledger.list_id = acks.list_id
    and ledger.audience = acks.audience
    and ledger.pending_email = acks.email_address
left join
{{ members }} as members
    on ledger.list_id = members.list_id
    and ledger.email_address = members.email_address
where
    ledger.list_id = {{ list_id }}
    and ledger.kind = 'contact'
    and ledger.action = 'change_address'
    and ledger.outcome = 'unknown'
    and ledger.reason_code = {{ in_flight }}
    and ledger.run_id = {{ run_id }}
    and acks.run_id = {{ run_id }}
    and acks.action = 'change_address'
    and acks.outcome in ('accepted', 'held')
