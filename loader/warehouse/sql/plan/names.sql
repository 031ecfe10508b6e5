{#
    What the rows that are to be sent name of their list: merge fields and interests, by the keys of
    their payloads, and segments.
#}
with

    contacts as (
        select audience, payload
        from loader_plan
        where
            kind = 'contact'
            and outcome is null
            and route in ('upsert', 'create', 'revive', 'change_address')
    )

select distinct
    audience, 'merge field' as what, unnest(try(json_keys(payload, '$.merge_fields'))) as name
from contacts
union all
select distinct audience, 'interest' as what, unnest(try(json_keys(payload, '$.interests'))) as name
from contacts
union all
select distinct audience, 'segment' as what, segment as name
from loader_plan
where kind = 'segment' and outcome is null
order by all
