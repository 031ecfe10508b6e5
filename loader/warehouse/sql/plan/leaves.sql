{#
    The numbers for the fuses: how many people would leave, how many withdrew their consent, and of
    how many people this audience has put something into the list.
#}
with

    leaving as (
        select count(distinct email_address) as people
        from loader_plan
        where outcome is null and is_leaving
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
