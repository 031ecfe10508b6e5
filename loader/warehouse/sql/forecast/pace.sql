{# How many seconds a write took in the latest runs of this warehouse, NULL before the first. #}
select sum(seconds) / nullif(sum(writes), 0) as seconds_a_write
from
    (
        select epoch(finished_at) - epoch(started_at) as seconds, writes
        from {{ runs }}
        where finished_at is not null and writes > 0
        order by started_at desc
        limit 20
    ) as latest
