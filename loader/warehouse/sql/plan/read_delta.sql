{# The rows that an audience owes one list, read once for all that a plan asks of them. #}
create or replace temporary table loader_delta as
select *
from {{ delta }}
where list_id = {{ list_id }}
