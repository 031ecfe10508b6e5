{# What a loader that was killed left behind, the oldest first. #}
select run_id, list_id
from {{ runs }}
where finished_at is null
group by run_id, list_id
order by min(started_at)
