{# How many seconds a write took in the latest runs of this warehouse, NULL before the first. #}
select sum(seconds) / nullif(sum(writes), 0) as seconds_a_write
from
    (
        select epoch(max(finished_at)) - epoch(min(started_at)) as seconds, sum(writes) as writes
        from {{ runs }}
        where finished_at is not null
        group by run_id, list_id
        having sum(writes) > 0
        order by min(started_at) desc
        limit 20
    ) as latest
