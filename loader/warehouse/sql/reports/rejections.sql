{# The rows of one audience that did not arrive, and why: what the delta still owes. #}
select
    audience,
    list_id,
    segment,
    email_address,
    person_id,
    action,
    last_outcome as outcome,
    last_reason_code as reason_code,
    last_message as message,
    last_mailchimp_code as mailchimp_code,
    attempts,
    acked_at
from {{ delta }}
where
    last_outcome in ('held', 'rejected', 'invalid', 'unknown')
    and (last_action = action or last_action = 'change_address')
order by audience, list_id, outcome, email_address, segment
