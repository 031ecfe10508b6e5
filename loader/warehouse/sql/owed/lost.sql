{#
    The values that contacts of an audience would lose: the payload that was confirmed has one, and what
    is owed clears it, or switches it off. What was confirmed stands in the history, by its hash.
#}
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
            json_extract_string(confirmed_payload, {{ value.path }}) as had,
            json_extract_string(payload, {{ value.path }}) as gets
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
