{# The rows that an audience owes one list, read once for all that a plan asks of them. #}
{% if is_first %}create or replace temporary table loader_delta as{% else %}insert into loader_delta by name{% endif %}
select *
from {{ delta }}
where list_id = {{ list_id }}
