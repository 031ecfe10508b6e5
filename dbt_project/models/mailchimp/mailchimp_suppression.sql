{{
    config(
        materialized="table",
        enabled=var("mailchimp_models", false),
    )
}}

with

    members as (select * from {{ ref("dbt_mailchimp", "stg_mailchimp__members") }}),

    events as (select * from {{ ref("dbt_mailchimp", "stg_mailchimp__events") }}),

    wanted as (select * from {{ source("dbt_mailchimp", "loader_wanted") }}),

    answers as (
        select * from {{ source("dbt_mailchimp", "loader_ledger") }} where kind = 'contact'
    ),

    statuses as (
        select list_id, email_address, status as reason
        from members
        where status in ('unsubscribed', 'cleaned', 'pending', 'archived', 'transactional')
    ),

    -- somebody whom the list does not show any more has no status to say so
    unsubscribed_and_gone as (
        select events.list_id, events.email_address, 'unsubscribed' as reason
        from events
        left join
            members
            on events.list_id = members.list_id
            and events.email_address = members.email_address
        where events.event = 'unsubscribed' and members.email_address is null
    ),

    complaints as (
        select list_id, email_address, 'complained' as reason from events where event = 'complained'
    ),

    hard_bounces as (
        select list_id, email_address, 'hard bounce' as reason
        from events
        where event = 'bounced' and reason = 'hard'
    ),

    -- a withdrawal holds until the audience that told it wants the contact again
    withdrawn as (
        select answers.list_id, answers.email_address, 'no consent' as reason
        from answers
        left join
            wanted
            on answers.list_id = wanted.list_id
            and answers.email_address = wanted.email_address
            and answers.audience = wanted.audience
        where answers.action = 'withdraw' and wanted.email_address is null
    ),

    -- who never consented to one audience may have consented to another of the list
    never_consented as (
        select answers.list_id, answers.email_address, 'no consent' as reason
        from answers
        left join
            wanted
            on answers.list_id = wanted.list_id
            and answers.email_address = wanted.email_address
        where
            answers.outcome = 'held'
            and answers.reason_code = 'no_consent'
            and wanted.email_address is null
    ),

    reasons as (
        select *, 1 as place
        from statuses
        union all
        select *, 2 as place
        from unsubscribed_and_gone
        union all
        select *, 3 as place
        from complaints
        union all
        select *, 4 as place
        from hard_bounces
        union all
        select *, 5 as place
        from withdrawn
        union all
        select *, 5 as place
        from never_consented
    ),

    ranked as (
        select
            list_id,
            email_address,
            reason,
            row_number() over (partition by list_id, email_address order by place) as place,
            max(
                case
                    when reason in ('unsubscribed', 'cleaned', 'complained', 'hard bounce')
                    then 1
                    else 0
                end
            ) over (partition by list_id, email_address)
            = 1 as is_lasting
        from reasons
    ),

    suppression as (select list_id, email_address, reason, is_lasting from ranked where place = 1)

select *
from suppression
