{# The campaigns of a list as they were pulled, and how far their events are known. #}
select campaign_id, list_id, sent_at, report, events_report, events_read_at
from {{ campaigns }}
where list_id = {{ list_id }}
order by sent_at, campaign_id
