{# What was acknowledged in one run, of one list: each action once. #}
select distinct action from {{ acks }} where run_id = {{ run_id }} and list_id = {{ list_id }}
