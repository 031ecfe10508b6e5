{# Find the tables and columns in which people are. #}
{# Which person_id had which address, in each audience. An address belongs to whoever had it
   last. An id that stood at several addresses at a time may be a household's or nobody's: it
   is_shared. #}
{% macro holders(acknowledgements, histories) %}
create temporary table {{ anew("loader_holders") }} as
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
{% endmacro %}

{# Every table of the database: its columns, and those of them that hold text. #}
{% macro tables() %}
select
    columns.table_schema,
    columns.table_name,
    array_agg(cast(columns.column_name as varchar)) as column_names,
    array_agg(cast(columns.column_name as varchar)) filter (
        where
            upper(columns.data_type) not in (
                'BIGINT',
                'BOOLEAN',
                'DATE',
                'DOUBLE',
                'DOUBLE PRECISION',
                'FLOAT',
                'HUGEINT',
                'INTEGER',
                'REAL',
                'SMALLINT',
                'TIME',
                'TIME WITHOUT TIME ZONE',
                'TIMESTAMP',
                'TIMESTAMP WITH TIME ZONE',
                'TIMESTAMP WITHOUT TIME ZONE',
                'TINYINT',
                'UUID'
            )
    ) as text_names
from information_schema.columns
inner join
    information_schema.tables
    on columns.table_catalog = tables.table_catalog
    and columns.table_schema = tables.table_schema
    and columns.table_name = tables.table_name
where
    tables.table_catalog = current_database()
    and tables.table_type = 'BASE TABLE'
    and tables.table_schema not in ('information_schema', 'pg_catalog')
group by columns.table_schema, columns.table_name
order by columns.table_schema, columns.table_name
{% endmacro %}

{# How many of the addresses have a person_id that stood at others at the same time, which stay. #}
{% macro beside() %}
select count(distinct loader_holders.email_address) as addresses
from loader_erased
inner join
    loader_holders
    on loader_erased.kind = 'address'
    and loader_erased.value = loader_holders.email_address
left join
    loader_erased as people
    on people.kind = 'person'
    and people.scope = loader_holders.scope
    and people.value = loader_holders.person_id
where loader_holders.is_latest and loader_holders.is_shared and people.value is null
{% endmacro %}

{# The audiences of one registry that have a history, its tables, and whether their model is in
   the project. #}
{% macro audiences(audiences) %}
select audience, history, relation, status <> 'removed' as is_in_project
from {{ audiences }}
where history is not null
order by audience
{% endmacro %}

{# Where Mailchimp was last seen to have the people. #}
{% macro lists(place) %}
select distinct list_id || ' (' || coalesce(status, 'read half-way') || ')' as seen
from {{ place.table }}
where
    list_id is not null
    and {{ contact_key("email_address") }}
    in (select loader_erased.value from loader_erased where loader_erased.kind = 'address')
order by seen
{% endmacro %}
