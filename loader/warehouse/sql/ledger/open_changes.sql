{#
    Changes of address on a list that may have been done, where the list has the new address now: the
    old one and the new. A run has told them and did not hear the answer, or somebody made them in
    Mailchimp, and the audience knows the new address by now.
#}
select distinct ledger.email_address as old_address, ledger.text as new_address
from {{ ledger }} as ledger
inner join
    {{ members }} as members
    on ledger.list_id = members.list_id
    and ledger.text = members.email_address
where
    ledger.list_id = {{ list_id }}
    and ledger.kind = 'contact'
    and ledger.action = 'change_address'
    and ledger.outcome = 'unknown'
    and ledger.reason = {{ on_its_way }}
union
select drift.email_address as old_address, drift.found as new_address
from {{ drift }} as drift
inner join
    {{ members }} as members
    on drift.list_id = members.list_id
    and drift.found = members.email_address
inner join {{ history }} as history on drift.found = history.email_address
inner join
    {{ ledger }} as ledger
    on drift.list_id = ledger.list_id
    and drift.audience = ledger.audience
    and drift.email_address = ledger.email_address
where
    drift.list_id = {{ list_id }}
    and drift.audience = {{ audience }}
    and drift.drift = 'another address'
    and history.dbt_valid_to is null
    and ledger.kind = 'contact'
    and ledger.sent
