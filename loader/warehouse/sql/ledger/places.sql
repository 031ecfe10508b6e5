{# Where an audience has put something that is still there. #}
select distinct list_id, segment
from {{ ledger }}
where audience = {{ audience }} and sent
order by list_id, segment
