{# How many contacts of an audience and list have each kind of drift, by the latest verify. #}
select kind, segment, drift_type, field, is_manual_change, count(*) as contacts
from {{ drift }}
where list_id = {{ list_id }} and audience = {{ audience }} and healed_at is null
group by kind, segment, drift_type, field, is_manual_change
order by kind, segment, drift_type, field
