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
    max_in_flight,
    exit_code,
    message,
    command,
    options,
    version
from {{ runs }}
order by started_at desc, audience
limit {{ limit }}
