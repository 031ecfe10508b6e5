{#
    What is known of a contact under its new address joins what was known under the old one, where an
    audience has both.
#}
update {{ ledger }} as kept
set
    is_managed = coalesce(kept.is_managed, false) or coalesce(joined.is_managed, false),
    claim_state = coalesce(joined.claim_state, kept.claim_state)
from {{ ledger }} as joined, loader_changed
where
    kept.list_id = {{ list_id }}
    and joined.list_id = {{ list_id }}
    and loader_changed.is_gone is not true
    and kept.email_address = loader_changed.previous_email
    and joined.email_address = loader_changed.email_address
    and kept.audience = joined.audience
    and kept.kind = joined.kind
    and kept.segment = joined.segment
