{#
    Changes of address on a list that a run has told and did not hear the answer to, where the list
    has the new address now: the old one and the new.
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
