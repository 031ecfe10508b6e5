{#
    The segments that the audiences of a plan put somebody into or take somebody out of, as the ledger calls them,
    with the name as it is spelled in the data. `is_shown` says that a pull saw somebody in it whom the
    plan would put there.
#}
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
