{# The forecast in numbers: rows by audience, what becomes of them, why, and segment. #}
select audience, kind, segment, route, category, reason, count(*) as contacts
from loader_forecast
group by audience, kind, segment, route, category, reason
order by audience, category, contacts desc, reason, kind, segment
