{# A few people of everything that the forecast says, in the order of their addresses. #}
select category, kind, segment, reason, email_address, person_id
from
    (
        select
            coalesce(said.category, forecast.category) as category,
            forecast.kind,
            forecast.segment,
            coalesce(said.reason, forecast.reason) as reason,
            forecast.email_address,
            forecast.person_id,
            row_number() over (
                partition by
                    coalesce(said.category, forecast.category),
                    forecast.kind,
                    forecast.segment,
                    coalesce(said.reason, forecast.reason)
                order by forecast.email_address
            ) as place
        from loader_forecast as forecast
        inner join
            (
                select email_address, kind, segment, null as category, null as reason
                from loader_forecast
                where audience = {{ audience }}
                union all
                select email_address, kind, segment, 'doubtful' as category, doubt as reason
                from loader_forecast
                where
                    audience = {{ audience }}
                    and doubt is not null
                    and category not in ('refused', 'waits')
            ) as said
            on forecast.email_address = said.email_address
            and forecast.kind = said.kind
            and forecast.segment = said.segment
        where forecast.audience = {{ audience }}
    ) as placed
where place <= {{ most }} and category <> 'waits'
order by category, kind, segment, reason, email_address
