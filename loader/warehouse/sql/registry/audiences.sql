{# What dbt registered: every audience that was ever built, those switched off too. #}
select
    audience,
    path,
    tags,
    enabled,
    status,
    failed_tests,
    configuration,
    history,
    current_view,
    delta,
    built_at
from {{ audiences }}
order by audience
