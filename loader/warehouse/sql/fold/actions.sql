{# What was acknowledged in one run, of one audience and list: each action once. #}
select distinct action
from {{ acks }}
where run_id = {{ run_id }} and audience = {{ audience }} and list_id = {{ list_id }}
