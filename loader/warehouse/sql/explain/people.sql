{# Find a person by an address or a person_id, and the other addresses that they have. #}
{# The addresses that somebody asked for: the given one, unless it is only a person_id, and
   those that audiences had for a person_id of that text. #}
{% macro asked(acks, given, histories, is_id) %}
create temporary table {{ anew("loader_person") }} as
with

    given as (select cast({{ given }} as varchar) as given),

    found as (
        select {{ contact_key("given") }} as email_address, 'given' as link
        from given
        where not {{ is_id }}
        union all
        select acks.email_address, 'person_id'
        from {{ acks }} as acks
        inner join given on acks.person_id = given.given
    {%- for one in histories %}
        union all
        select history.email_address, 'person_id'
        from {{ one.history }} as history
        inner join given on history.person_id = given.given
    {%- endfor %}
    )

select email_address, min(link) as link
from found
group by email_address
{% endmacro %}

{# Add the addresses that those lead to: what the same person_id had at another time, and what
   an address was changed from or to. An id that stood at several addresses at a time may be
   a household's or nobody's, and leads nowhere. #}
{% macro linked(drift, histories, in_flight, ledger) %}
insert into {{ filled("loader_person") }}
with

    versions as (
        select
            cast(null as varchar) as audience,
            cast(null as varchar) as person_id,
            cast(null as varchar) as email_address,
            cast(null as timestamp) as since,
            cast(null as timestamp) as until
        where 1 = 0
    {%- for one in histories %}
        union all
        select
        {{ one.audience }},
            person_id,
            email_address,
            dbt_valid_from,
            coalesce(dbt_valid_to, timestamp '9999-12-31 00:00:00')
        from {{ one.history }}
        where
            person_id in (
                select known.person_id
                from {{ one.history }} as known
                inner join loader_person on known.email_address = loader_person.email_address
            )
    {%- endfor %}
    ),

    compared as (
        select
            *,
            max(until) over (
                partition by audience, person_id
                order by since, until
                rows between unbounded preceding and 1 preceding
            ) as until_before
        from versions
    ),

    shared as (select distinct audience, person_id from compared where since < until_before),

    moves as (
        select email_address as one, actual as other
        from {{ drift }}
        where drift_type = 'email_changed' and actual is not null
        union all
        select email_address, pending_email
        from {{ ledger }}
        where
            action = 'change_address'
            and outcome = 'unknown'
            and reason_code = {{ in_flight }}
            and pending_email is not null
    ),

    found as (
        select versions.email_address, 'person_id' as link
        from versions
        left join
            shared
            on versions.audience = shared.audience
            and versions.person_id = shared.person_id
        where shared.person_id is null
        union all
        select moves.other, 'change_of_address'
        from moves
        inner join loader_person on moves.one = loader_person.email_address
        union all
        select moves.one, 'change_of_address'
        from moves
        inner join loader_person on moves.other = loader_person.email_address
    )

select found.email_address, min(found.link) as link
from found
left join loader_person on found.email_address = loader_person.email_address
where loader_person.email_address is null
group by found.email_address
{% endmacro %}

{# The addresses of the person, and how each was found. #}
{% macro addresses() %}
select email_address, link
from loader_person
order by email_address
{% endmacro %}

{# How many rows of each audience have a person_id that the person has, now. #}
{% macro ids(histories) %}
select audience, person_id, count(*) as rows_now
from
    (
        select cast(null as varchar) as audience, cast(null as varchar) as person_id
        where 1 = 0
    {%- for one in histories %}
            union all
            select {{ one.audience }}, history.person_id
            from {{ one.history }} as history
            where
                history.dbt_valid_to is null
                and history.person_id in (
                    select known.person_id
                    from {{ one.history }} as known
                    inner join loader_person on known.email_address = loader_person.email_address
                    where known.dbt_valid_to is null
                )
    {%- endfor %}
    ) as found
group by audience, person_id
order by audience, person_id
{% endmacro %}

{# Whether a person_id is recorded that differs from this one in letter case alone. #}
{% macro other_case(acks, given, histories) %}
select count(*) > 0 as is_recorded
from
    (
        select person_id
        from {{ acks }}
    {%- for one in histories %}
            union all
            select person_id
            from {{ one.history }}
    {%- endfor %}
    ) as found
where lower(person_id) = lower({{ given }})
{% endmacro %}
