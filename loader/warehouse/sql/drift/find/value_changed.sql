{# A value of a contact that is not as it was confirmed, as payloads and the list were compared. #}
insert into drift_found
select 'contact', '', email_address, {{ drift_type }}, field, expected, actual, {{ is_manual_change }}
from loader_differences
