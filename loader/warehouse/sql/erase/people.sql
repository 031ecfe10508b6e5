{# Find whom a line of `loader forget` names. #}
{# The lines that somebody gave: each may be an address, a person_id, or the key of a contact
   without an address. #}
{% macro asked(lines) %}
create temporary table {{ anew("loader_asked") }} as
select line, given, {{ contact_key("given") }} as address
from
    (
        values
    {% for line, given in lines %}
        ({{ line }}, {{ given }}){% if not loop.last %}, {% endif %}
    {% endfor %}
    ) as lines (line, given)
{% endmacro %}

{# The first of the lines that each line has a contact in common with: lines of one person have
   one. #}
{% macro same() %}
select one.line, min(other.line) as first_line
from loader_erased as one
inner join
    loader_erased as other
    on one.kind = other.kind
    and one.scope = other.scope
    and one.value = other.value
group by one.line
{% endmacro %}

{# Whom the lines name: every address and person_id that leads from one to the next, through who
   had an address last, and through changes of address. An id that is shared leads on only when
   it was given. #}
{% macro people(drifts, in_flight, ledgers) %}
create temporary table {{ anew("loader_erased") }} as
with recursive

    moves as (
        select cast(null as varchar) as one, cast(null as varchar) as other
        where 1 = 0
    {%- for place in ledgers %}
        union all
        select email_address, pending_email
        from {{ place.table }}
        where action = 'change_address' and outcome = 'unknown' and reason_code = {{ in_flight }}
    {%- endfor %}
    {%- for place in drifts %}
        union all
        select email_address, actual
        from {{ place.table }}
        where drift_type = 'email_changed' and actual is not null
    {%- endfor %}
    ),

    ways as (
        select
            'address' as kind,
            '' as scope,
            email_address as value,
            'person' as next_kind,
            scope as next_scope,
            person_id as next_value
        from loader_holders
        where is_latest and not is_shared
        union all
        select 'person', scope, person_id, 'address', '', email_address
        from loader_holders
        where is_latest
        union all
        select 'address', '', one, 'address', '', other
        from moves
        union all
        select 'address', '', other, 'address', '', one
        from moves
    ),

    given as (
        select line, 'address' as kind, '' as scope, address as value
        from loader_asked
        union
        select loader_asked.line, 'person', loader_holders.scope, loader_holders.person_id
        from loader_asked
        inner join loader_holders on loader_asked.given = loader_holders.person_id
    ),

    reached as (
        select line, kind, scope, value
        from given
        union
        select reached.line, ways.next_kind, ways.next_scope, ways.next_value
        from reached
        inner join
            ways
            on reached.kind = ways.kind
            and reached.scope = ways.scope
            and reached.value = ways.value
    )

select line, kind, scope, value
from reached
{% endmacro %}

{# How often other tables of the file still name an address of the people. #}
{% macro elsewhere(others, pattern) %}
select name, count(*) as times
from
    (
        select cast(null as varchar) as name, cast(null as varchar) as word
        where 1 = 0
    {%- for one in others %}
            union all
            select
        {{ one.name }},
        {{ each_match("said", pattern) }}
            from
                (
                    select
                        replace(
                            lower(
                                concat_ws(
                                    ' '
        {% for column in one.columns %}
                                        , cast({{ column }} as varchar)
        {% endfor %}
                                )
                            ),
                            '%40',
                            '@'
                        ) as said
                    from {{ one.table }}
                ) as texts
    {%- endfor %}
    ) as words
where word in (select loader_erased.value from loader_erased where loader_erased.kind = 'address')
group by name
order by name
{% endmacro %}
