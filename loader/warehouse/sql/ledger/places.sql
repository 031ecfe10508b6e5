{# Where an audience has put something that is still there, and the segments that it made. #}
select distinct list_id, kind, segment
from {{ ledger }}
where audience = {{ audience }} and is_managed and kind <> 'permissions'
union all
select list_id, 'made' as kind, segment
from {{ segments }}
where audience = {{ audience }} and is_managed
order by list_id, kind, segment
