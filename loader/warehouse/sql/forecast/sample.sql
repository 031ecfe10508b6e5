{# A few people of everything that the forecast says of each audience, in the order of their addresses. #}
select audience, category, kind, segment, reason_code, message, email_address, person_id
from
    (
        select
            said.*,
            row_number() over (
                partition by audience, category, kind, segment, reason_code, message
                order by email_address
            ) as place
        from
            (
                select
                    audience,
                    category,
                    kind,
                    segment,
                    reason_code,
                    message,
                    email_address,
                    person_id
                from loader_forecast
                union all
                select
                    audience,
                    'doubtful' as category,
                    kind,
                    segment,
                    cast(null as varchar) as reason_code,
                    doubt as message,
                    email_address,
                    person_id
                from loader_forecast
                where doubt is not null and category not in ('refused', 'waits')
            ) as said
    ) as placed
where place <= {{ most }} and category <> 'waits'
order by audience, category, kind, segment, email_address
