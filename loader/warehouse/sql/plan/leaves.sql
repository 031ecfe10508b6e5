{#
    The numbers for the fuses: how many people would leave, how many withdrew their consent, and of
    how many people this audience has put something into the list.
#}
with

    wanted as (select email_address from {{ current }}),

    leaving as (
        select count(distinct loader_plan.email_address) as people
        from loader_plan
        left join wanted on loader_plan.email_address = wanted.email_address
        where
            loader_plan.outcome is null
            and loader_plan.action in ('unsubscribe', 'archive', 'segment_remove')
            and wanted.email_address is null
    ),

    withdrawing as (
        select count(*) as people from loader_plan where outcome is null and action = 'withdraw'
    ),

    sent as (
        select count(distinct email_address) as people, count(*) as rows
        from {{ ledger }}
        where list_id = {{ list_id }} and audience = {{ audience }} and sent
    ),

    known as (
        select count(*) as rows
        from {{ ledger }}
        where list_id = {{ list_id }} and audience = {{ audience }}
    )

select
    leaving.people as leaving,
    withdrawing.people as withdrawing,
    sent.people as sent,
    known.rows as known
from leaving
cross join withdrawing
cross join sent
cross join known
