{#
    What people would lose, or have changed, who stay wanted: for each audience and kind how many people,
    and the same by what it is (`name`; NULL for all of a kind). Who withdraws their consent is counted
    with the withdrawals.
#}
with

    withdrawn as (
        select distinct audience, current_email from loader_plan where action = 'withdraw'
    ),

    lost as (
        select audience, 'address' as kind, '' as name, email_address
        from loader_plan
        where outcome is null and route = 'change_address'
        union all
        select plan.audience, plan.kind, plan.segment as name, plan.email_address
        from loader_plan as plan
        left join
            withdrawn
            on plan.audience = withdrawn.audience
            and plan.current_email = withdrawn.current_email
        where
            plan.outcome is null
            and plan.action in ('segment_remove', 'tag_remove')
            and not plan.is_leave
            and withdrawn.current_email is null
        union all
        select plan.audience, lost.kind, lost.name, plan.email_address
        from loader_plan as plan
        inner join
            loader_lost as lost
            on plan.audience = lost.audience
            and plan.email_address = lost.email_address
            and plan.action = lost.action
        left join
            withdrawn
            on plan.audience = withdrawn.audience
            and plan.current_email = withdrawn.current_email
        where plan.outcome is null and withdrawn.current_email is null
    )

select audience, kind, name, count(distinct email_address) as people
from lost
group by grouping sets ((audience, kind), (audience, kind, name))
order by audience, kind, people desc, name
