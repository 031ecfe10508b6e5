{# How many contacts a list is known to have, by status. #}
select status, count(*) as contacts
from {{ members }}
where list_id = {{ list_id }}
group by status
order by status
