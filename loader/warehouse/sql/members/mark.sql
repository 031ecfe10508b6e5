{# From when on a list has to be read: the start of the last read that brought something. #}
select max(read_at) as read_at, count(*) as contacts
from {{ members }}
where list_id = {{ list_id }}
