{# Where an audience has put something that is still there. #}
select distinct list_id, kind, segment
from {{ ledger }}
where audience = {{ audience }} and sent and kind <> 'permissions'
order by list_id, kind, segment
