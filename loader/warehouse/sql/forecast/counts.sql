{# The forecast in numbers: rows by what becomes of them and why, and by segment. #}
select kind, segment, route, category, reason, count(*) as contacts
from loader_forecast
where audience = {{ audience }}
group by kind, segment, route, category, reason
order by category, contacts desc, reason, kind, segment
