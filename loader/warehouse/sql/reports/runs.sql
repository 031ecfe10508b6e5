{# The latest runs, audience by audience. #}
select
    run_id,
    audience,
    list_id,
    started_at,
    finished_at,
    accepted,
    held,
    rejected,
    invalid,
    unknown,
    requests,
    writes,
    retries,
    width,
    exit_code,
    message,
    options,
    version
from {{ runs }}
order by started_at desc, audience
limit {{ limit }}
