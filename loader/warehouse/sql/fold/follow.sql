{#
    A contact whose address changed keeps what every audience of the list knows of it. The claim of the
    change has served.
#}
update {{ ledger }} as ledger
set
    email_address = loader_changed.email_address,
    outcome = case
        when ledger.action = 'change_address' and ledger.reason = {{ on_its_way }}
        then 'accepted'
        else ledger.outcome
    end,
    text = case
        when ledger.action = 'change_address' and ledger.reason = {{ on_its_way }}
        then null
        else ledger.text
    end,
    reason = case
        when ledger.action = 'change_address' and ledger.reason = {{ on_its_way }}
        then null
        else ledger.reason
    end
from loader_changed
where
    ledger.list_id = {{ list_id }}
    and ledger.email_address = loader_changed.old_address
    and loader_changed.is_gone is not true
