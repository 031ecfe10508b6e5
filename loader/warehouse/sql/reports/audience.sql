{# One audience and list in numbers: wanted now, ever sent, not arrived, and the last run. #}
with

    last_run as (
        select finished_at, exit_code
        from {{ runs }}
        where audience = {{ audience }} and list_id = {{ list_id }}
        order by started_at desc
        limit 1
    ),

    sent as (
        select count(distinct coalesce('person ' || person_id, email_address)) as people
        from {{ acks }}
        where
            audience = {{ audience }}
            and list_id = {{ list_id }}
            and outcome = 'accepted'
            and action
            in ('upsert', 'revive', 'change_address', 'segment_add', 'tag_add', 'permissions')
    ),

    owed as (
        select
            sum(case when last_outcome = 'held' then 1 else 0 end) as held,
            sum(case when last_outcome = 'rejected' then 1 else 0 end) as rejected,
            sum(case when last_outcome = 'invalid' then 1 else 0 end) as invalid
        from {{ delta }}
        where list_id = {{ list_id }}
    ),

    wanted as (
        select
            sum(
                case when marketing_consent and invalid_reason is null then 1 else 0 end
            ) as contacts,
            sum(dropped_rows) as dropped_rows
        from {{ history }}
        where dbt_valid_to is null
    )

select
    cast(coalesce(wanted.contacts, 0) as bigint) as contacts,
    cast(coalesce(wanted.dropped_rows, 0) as bigint) as dropped_rows,
    sent.people as ever_sent,
    cast(coalesce(owed.held, 0) as bigint) as held,
    cast(coalesce(owed.rejected, 0) as bigint) as rejected,
    cast(coalesce(owed.invalid, 0) as bigint) as invalid,
    last_run.finished_at as last_run,
    last_run.exit_code
from wanted
cross join sent
cross join owed
left join last_run on 1 = 1
