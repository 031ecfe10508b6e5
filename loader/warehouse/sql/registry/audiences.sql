{# What dbt registered: every audience of the project, and those that were ever built in it. #}
select audience, path, tags, enabled, status, failed_tests, configuration, history, delta, built_at
from {{ audiences }}
order by audience
