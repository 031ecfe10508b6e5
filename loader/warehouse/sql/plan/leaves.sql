{#
    The numbers for the guards, by audience: how many people would leave, how many withdrew their
    consent, of how many people it has put something into the list, and of how much it was ever told.
#}
with

    leaving as (
        select
            audience,
            count(distinct case when is_leave then email_address end) as leaving,
            count(case when action = 'withdraw' then 1 end) as withdrawing
        from loader_plan
        where outcome is null
        group by audience
    ),

    known as (
        select
            audience,
            count(distinct case when is_managed then email_address end) as sent,
            count(case when is_managed or action is not null then 1 end) as known
        from {{ ledger }}
        where list_id = {{ list_id }}
        group by audience
    )

select
    rules.audience,
    coalesce(leaving.leaving, 0) as leaving,
    coalesce(leaving.withdrawing, 0) as withdrawing,
    coalesce(known.sent, 0) as sent,
    coalesce(known.known, 0) as known
from loader_rules as rules
left join leaving on rules.audience = leaving.audience
left join known on rules.audience = known.audience
