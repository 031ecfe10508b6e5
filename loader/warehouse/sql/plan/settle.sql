{# Record the rows of the plan that do not go to Mailchimp, where that is news. #}
insert into {{ acks }}
select
{{ run_id }} as run_id,
    audience,
{{ list_id }} as list_id,
    segment,
    email_address,
    person_id,
    case when outcome = 'accepted' then route else action end as action,
    payload_hash,
    marketing_permissions,
    outcome,
    reason_code,
    message,
    mailchimp_code,
{{ now }} as acked_at
from loader_plan
where outcome is not null and is_new
