{# What a loader that was killed left behind, the oldest first. #}
select run_id, audience, list_id from {{ runs }} where finished_at is null order by started_at
