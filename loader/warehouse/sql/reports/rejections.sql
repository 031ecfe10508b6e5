{# The rows of one audience that did not arrive, and why: what the delta still owes. #}
select
    audience,
    list_id,
    segment,
    email_address,
    person_id,
    action,
    last_outcome as outcome,
    case
        when last_outcome = 'rejected' then coalesce(last_text, last_reason) else last_reason
    end as reason,
    case when last_outcome = 'rejected' and last_text is not null then last_reason end as code,
    last_text as text,
    attempts,
    acked_at
from {{ delta }}
where
    last_outcome in ('held', 'rejected', 'invalid', 'unknown')
    and (last_action = action or last_action = 'change_address')
order by audience, list_id, outcome, reason, email_address, segment
