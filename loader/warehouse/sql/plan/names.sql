{# The names that the rows of a plan have on their list. #}
{# What the rows that are to be sent name of their list: merge fields and interests, by the keys
   of their payloads, and segments. #}
{% macro names() %}
    with

        contacts as (
            select audience, payload
            from loader_plan
            where
                kind = 'contact'
                and outcome is null
                and route in ('upsert', 'create', 'revive', 'change_address')
        )

    select distinct
        audience, 'merge field' as what, {{ each_key("payload", ["merge_fields"]) }} as name
    from contacts
    union all
    select distinct audience, 'interest' as what, {{ each_key("payload", ["interests"]) }} as name
    from contacts
    union all
    select distinct audience, 'segment' as what, segment as name
    from loader_plan
    where kind = 'segment' and outcome is null
    order by audience, what, name
{% endmacro %}

{# The segments that the audiences of a plan put somebody into or take somebody out of, as the
   ledger calls them, with the name as it is spelled in the data. `is_shown` says that a pull
   saw somebody in it whom the plan would put there. #}
{% macro affected_segments(list_segments, segment_members, list_id) %}
    with

        inside as (
            select distinct {{ name_key("segments.name") }} as segment, people.email_address
            from {{ segment_members }} as people
            inner join
                {{ list_segments }} as segments
                on people.list_id = segments.list_id
                and people.segment_id = segments.segment_id
            where people.list_id = {{ list_id }} and segments.type = 'static'
        )

    select
        plan.audience,
        plan.kind,
        plan.segment,
        min(coalesce(plan.payload, plan.segment)) as name,
        max(case when plan.route in ('segment_add', 'tag_add') then 1 else 0 end) = 1 as is_filled,
        max(
            case
                when plan.route in ('segment_add', 'tag_add') and inside.email_address is not null
                then 1
                else 0
            end
        )
        = 1 as is_shown
    from loader_plan as plan
    left join
        inside on lower(plan.segment) = inside.segment and plan.email_address = inside.email_address
    where plan.outcome is null and plan.kind in ('segment', 'tag')
    group by plan.audience, plan.kind, plan.segment
    order by plan.kind, plan.segment, plan.audience
{% endmacro %}
