{# Find what people would lose who stay wanted. #}
{# Nobody is known to lose anything that they have, before payloads are compared. #}
{% macro begin_losses() %}
create temporary table {{ anew("loader_lost") }} (
    audience varchar, email_address varchar, action varchar, kind varchar, name varchar
)
{% endmacro %}

{# The values that contacts of an audience would lose: the payload that was confirmed has one,
   and what is owed clears it, or switches it off. What was confirmed stands in the history, by
   its hash. #}
{% macro lost_values(audience, history, values) %}
insert into {{ filled("loader_lost") }}
with

    changed as (
        select delta.email_address, delta.payload, history.payload as confirmed_payload
        from loader_delta as delta
        inner join
    {{ history }} as history
            on delta.email_address = history.email_address
            and delta.confirmed_hash = history.payload_hash
        where
            delta.audience = {{ audience }}
            and delta.kind = 'contact'
            and delta.action = 'upsert'
            and delta.outcome is null
    ),

    compared as (
        select
            cast(null as varchar) as email_address,
            cast(null as varchar) as field,
            cast(null as varchar) as kind,
            cast(null as varchar) as had,
            cast(null as varchar) as gets
        where 1 = 0
    {%- for value in values %}
        union all
        select
            email_address,
        {{ value.name }} as field,
        {{ value.kind }} as kind,
        {{ json_text("confirmed_payload", value.path) }} as had,
        {{ json_text("payload", value.path) }} as gets
        from changed
    {%- endfor %}
    )

select distinct
    {{ audience }} as audience,
    email_address,
    'upsert' as action,
    case when starts_with(field, 'interest ') then 'interest' else 'value' end as kind,
    regexp_replace(field, '^interest ', '') as name
from compared
where
    case
        when kind = 'switch'
        then had = 'true' and gets = 'false'
        else had <> '' and gets = ''
    end
{% endmacro %}

{# The marketing permissions that contacts of an audience would have switched off: what was
   confirmed has them on, and what is wanted off. #}
{% macro lost_permissions(audience) %}
insert into {{ filled("loader_lost") }}
select
    {{ audience }} as audience,
    delta.email_address,
    'permissions' as action,
    'permission' as kind,
    had.key as name
from
    loader_delta as delta,
    json_each(cast(delta.confirmed_permissions as json)) as had,
    json_each(cast(delta.marketing_permissions as json)) as gets
where
    delta.audience = {{ audience }}
    and delta.action = 'permissions'
    and delta.outcome is null
    and had.key = gets.key
    and cast(had.value as varchar) = 'true'
    and cast(gets.value as varchar) = 'false'
{% endmacro %}
