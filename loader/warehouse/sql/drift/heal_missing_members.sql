{# Who is not in a segment or has not a tag that they were given, was not given it. #}
update {{ ledger }} as ledger
set is_managed = false, confirmed_hash = null, resend_reason = null
from {{ drift }} as drift
where
    ledger.list_id = {{ list_id }}
    and ledger.audience = {{ audience }}
    and drift.list_id = {{ list_id }}
    and drift.audience = {{ audience }}
    and drift.healed_at is null
    and drift.drift_type in {{ to_give_again }}
    and ledger.kind = drift.kind
    and ledger.segment = drift.segment
    and ledger.email_address = drift.email_address
