{# Tell what a plan sends from what another one would. #}
{# For each audience and operation how many rows go, and a fingerprint of them: another one when a
   contact, a value or a segment is another one, or the status in which a contact is made. What is
   recorded without a request is none of it. #}
{% macro fingerprint() %}
    with

        going as (
            select
                plan.audience,
                plan.route,
                coalesce(plan.segment, '')
                || chr(10)
                || plan.email_address
                || chr(10)
                || coalesce(plan.current_email, '')
                || chr(10)
                || coalesce(plan.payload, '')
                || chr(10)
                || case when plan.route in ('upsert', 'create') then rules.status_if_new else '' end
                || chr(10)
                || cast(plan.turn as varchar)
                || case
                    when plan.depends_on_contact then ' after its contact' else ''
                end as content
            from loader_plan as plan
            inner join loader_rules as rules on plan.audience = rules.audience
            where plan.outcome is null and (plan.action = 'withdraw' or not rules.is_held_back)
        )

    select audience, route, count(*) as contacts, {{ sum_of_hashes("content") }} as fingerprint
    from going
    group by audience, route
    order by audience, route
{% endmacro %}
