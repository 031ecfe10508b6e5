{#
    Before the first write: whose address is about to change, and to what. After a crash this is what
    tells that the contact with the new address is the one that we know.
#}
update {{ ledger }} as ledger
set
    action = 'change_address',
    outcome = 'unknown',
    reason_code = {{ in_flight }},
    message = null,
    mailchimp_code = null,
    pending_email = changes.email_address,
    run_id = {{ run_id }}
from loader_plan as changes
where
    changes.outcome is null
    and changes.audience not in (select rules.audience from loader_rules as rules where is_held_back)
    and changes.route = 'change_address'
    and ledger.list_id = {{ list_id }}
    and ledger.audience = changes.audience
    and ledger.kind = 'contact'
    and ledger.email_address = changes.current_email
