{# An empty table for the pages of one read of a list. #}
create or replace table {{ pages }} as
select list_id, email_address, status, last_changed, contact_id, read_at, 0 as position
from {{ members }}
where 1 = 0
