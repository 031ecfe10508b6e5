{#
    Which person_id had which address, in each audience. An address belongs to whoever had it last. An
    id that stood at several addresses at a time may be a household's or nobody's: it is_shared.
#}
create or replace temporary table loader_holders as
with

    versions as (
        select
            cast(null as varchar) as scope,
            cast(null as varchar) as person_id,
            cast(null as varchar) as email_address,
            cast(null as timestamp) as since,
            cast(null as timestamp) as until
        where 1 = 0
{%- for place in histories %}
        union all
        select
    {{ place.scope }},
            person_id,
            email_address,
            dbt_valid_from,
            coalesce(dbt_valid_to, timestamp '9999-12-31 00:00:00')
        from {{ place.table }}
        where person_id is not null
{%- endfor %}
    ),

    compared as (
        select
            *,
            max(until) over (
                partition by scope, person_id
                order by since, until
                rows between unbounded preceding and 1 preceding
            ) as until_before
        from versions
    ),

    shared as (select distinct scope, person_id from compared where since < until_before),

    answered as (
        select
            cast(null as varchar) as scope,
            cast(null as varchar) as person_id,
            cast(null as varchar) as email_address,
            cast(null as timestamp) as acked_at,
            false as is_alone
        where 1 = 0
{%- for place in acknowledgements %}
        union all
        select
    {{ place.scope }},
            person_id,
            email_address,
            acked_at,
            min(email_address) over (partition by audience, person_id, run_id)
            = max(email_address) over (partition by audience, person_id, run_id)
        from {{ place.table }}
        where person_id is not null
{%- endfor %}
    ),

    links as (
        select scope, person_id, email_address, since
        from versions
        union all
        select scope, person_id, email_address, acked_at as since
        from answered
        where is_alone
    ),

    placed as (
        select
            scope,
            person_id,
            email_address,
            row_number() over (
                partition by scope, email_address order by max(since) desc, person_id
            ) as place
        from links
        group by scope, person_id, email_address
    )

select
    placed.scope,
    placed.person_id,
    placed.email_address,
    placed.place = 1 as is_latest,
    shared.person_id is not null as is_shared
from placed
left join shared on placed.scope = shared.scope and placed.person_id = shared.person_id
