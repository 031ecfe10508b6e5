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
insert into loader_lost
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
   confirmed has them on. What is owed of permissions are those that differ from it. #}
{% macro lost_permissions(audience) %}
insert into loader_lost
with

    owed as (
        select
            email_address,
            confirmed_permissions,
            unnest(
                from_json(
                    json_extract(payload, '$.marketing_permissions'),
                    '[{"marketing_permission_id":"VARCHAR","enabled":"BOOLEAN"}]'
                )
            ) as permission
        from loader_delta
        where
            audience = {{ audience }}
            and action = 'permissions'
            and outcome is null
            and confirmed_permissions is not null
    ),

    switched_off as (
        select
            email_address,
            permission.marketing_permission_id as name,
            -- a JSON pointer (RFC 6901): a name may have any sign in it
            replace(replace(permission.marketing_permission_id, '~', '~0'), '/', '~1') as escaped,
            confirmed_permissions
        from owed
        where not permission.enabled
    )

select {{ audience }} as audience, email_address, 'permissions' as action, 'permission' as kind, name
from switched_off
where {{ json_text('confirmed_permissions', sql("'/' || escaped")) }} = 'true'
{% endmacro %}
