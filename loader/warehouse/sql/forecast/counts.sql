{# The forecast in numbers: rows by audience, what becomes of them, why, and segment. #}
select audience, kind, segment, route, category, reason_code, message, count(*) as contacts
from loader_forecast
group by audience, kind, segment, route, category, reason_code, message
order by audience, category, contacts desc, kind, segment
