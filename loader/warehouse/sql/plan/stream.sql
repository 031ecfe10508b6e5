{#
    The rows of the plan that go one way, with the text that goes between the brackets of a request.
    An address has no character that JSON would escape. A membership follows its contact: it goes
    when the contact was accepted in this run.
#}
select
    loader_plan.email_address,
    loader_plan.person_id,
    loader_plan.payload_hash,
    case
        when loader_plan.route in ('upsert', 'create')
        then
            '{"status_if_new":"'
            || {{ status_if_new }}
            || '",'
            || substr(loader_plan.payload, 2)
            || ','
        when loader_plan.route = 'revive'
        then
            '{"status":"subscribed","status_if_new":"unsubscribed",'
            || substr(loader_plan.payload, 2)
            || ','
        when loader_plan.route in ('withdraw', 'unsubscribe')
        then '{"email_address":"' || loader_plan.email_address || '","status":"unsubscribed"},'
        else '"' || loader_plan.email_address || '",'
    end as body
from loader_plan
left join
    (
        select email_address
        from {{ acks }}
        where
            run_id = {{ run_id }}
            and audience = {{ audience }}
            and list_id = {{ list_id }}
            and segment = ''
            and outcome = 'accepted'
    ) as accepted
    on loader_plan.email_address = accepted.email_address
    and loader_plan.follows_contact
where
    loader_plan.outcome is null
    and loader_plan.route = {{ route }}
    and loader_plan.segment = {{ segment }}
    and (not loader_plan.follows_contact or accepted.email_address is not null)
