{# The answers that a sync would get for the rows of some routes, if Mailchimp does what is
   known of it: what it refuses is rejected, and a contact that is made on a list with
   confirmation waits for it. They are undone with everything else that a rehearsal writes. #}
{% macro simulate_acks(acks, already_removed, list_id, now, refused, routes, run_id, turn) %}
insert into {{ acks }}
select
    {{ run_id }} as run_id,
    forecast.audience,
    {{ list_id }} as list_id,
    forecast.segment,
    forecast.email_address,
    forecast.person_id,
    case when forecast.route = 'create' then 'upsert' else forecast.route end as action,
    plan.payload_hash,
    plan.marketing_permissions,
    case
        when forecast.category = 'refused'
        then 'rejected'
        when forecast.category = 'joins' and not forecast.is_kept
        then 'held'
        else 'accepted'
    end as outcome,
    case
        when forecast.category = 'refused'
        then {{ refused }}
        when forecast.category = 'joins' and not forecast.is_kept
        then forecast.status_if_new
        when forecast.category = 'accepted'
        then {{ already_removed }}
    end as reason_code,
    case when forecast.category = 'refused' then forecast.message end as message,
    cast(null as varchar) as mailchimp_code,
    {{ now }} as acked_at
from loader_forecast as forecast
inner join
    loader_plan as plan
    on forecast.audience = plan.audience
    and forecast.email_address = plan.email_address
    and forecast.kind = plan.kind
    and forecast.segment = plan.segment
left join
    (
        select distinct email_address
        from {{ acks }}
        where
            run_id = {{ run_id }}
            and list_id = {{ list_id }}
            and action in ('upsert', 'revive', 'change_address')
            and outcome = 'accepted'
    ) as accepted
    on forecast.depends_on_contact
    and forecast.email_address = accepted.email_address
where
    forecast.outcome is null
    and forecast.turn = {{ turn }}
    and forecast.route in ({% for route in routes %}{{ route }}{% if not loop.last %}, {% endif %}{% endfor %})
    and (not forecast.depends_on_contact or accepted.email_address is not null)
{% endmacro %}
