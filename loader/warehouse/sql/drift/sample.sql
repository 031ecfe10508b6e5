{# Some people of each kind of drift of an audience and list. #}
select kind, segment, drift_type, field, is_manual_change, email_address, expected, actual
from
    (
        select
            *,
            row_number() over (
                partition by kind, segment, drift_type, field order by email_address
            ) as place
        from {{ drift }}
        where list_id = {{ list_id }} and audience = {{ audience }} and healed_at is null
    ) as placed
where place <= {{ most }}
order by kind, segment, drift_type, field, email_address
