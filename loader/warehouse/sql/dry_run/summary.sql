{# Report what a dry run has found. #}
{# The forecast in numbers: rows by audience, what becomes of them, why, and segment. #}
{% macro counts() %}
    select audience, kind, segment, route, category, reason_code, message, count(*) as contacts
    from loader_forecast
    group by audience, kind, segment, route, category, reason_code, message
    order by audience, category, contacts desc, kind, segment
{% endmacro %}

{# What Mailchimp may refuse, though nobody knows: why, and how many contacts of each audience. #}
{% macro warnings() %}
    select audience, doubt as message, count(*) as contacts
    from loader_forecast
    where doubt is not null and category not in ('refused', 'waits')
    group by audience, doubt
    order by audience, contacts desc, message
{% endmacro %}

{# How many seconds a write took in the latest runs of this warehouse, NULL before the first. #}
{% macro throughput(runs) %}
    select cast(sum(seconds) / nullif(sum(writes), 0) as double precision) as seconds_a_write
    from
        (
            select
                extract(epoch from max(finished_at))
                - extract(epoch from min(started_at)) as seconds,
                sum(writes) as writes
            from {{ runs }}
            where finished_at is not null
            group by run_id, list_id
            having sum(writes) > 0
            order by min(started_at) desc
            limit 20
        ) as latest
{% endmacro %}

{# A few people of everything that the forecast says of each audience, in the order of their
   addresses. #}
{% macro sample(most) %}
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
{% endmacro %}

{# How many contacts a list is known to have, by status. #}
{% macro statuses(members, list_id) %}
    select status, count(*) as contacts
    from {{ members }}
    where list_id = {{ list_id }}
    group by status
    order by status
{% endmacro %}
