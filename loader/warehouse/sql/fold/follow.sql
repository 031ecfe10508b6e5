{#
    A contact whose address changed keeps what every audience of the list knows of it. The claim of the
    change has served.
#}
update {{ ledger }} as ledger
set
    email_address = loader_changed.email_address,
    outcome = case
        when ledger.action = 'change_address' and ledger.reason_code = {{ in_flight }}
        then 'accepted'
        else ledger.outcome
    end,
    pending_email = case
        when ledger.action = 'change_address' and ledger.reason_code = {{ in_flight }}
        then null
        else ledger.pending_email
    end,
    reason_code = case
        when ledger.action = 'change_address' and ledger.reason_code = {{ in_flight }}
        then null
        else ledger.reason_code
    end
from loader_changed
where
    ledger.list_id = {{ list_id }}
    and ledger.email_address = loader_changed.previous_email
    and loader_changed.is_gone is not true
