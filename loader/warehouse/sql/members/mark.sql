{#
    From when on a list has to be read: the start of the last read that brought something, and no later
    than the last change that the list has shown. Both are Mailchimp's, by clocks that may differ.
#}
select
    case
        when max(read_at) > max(last_changed) then max(last_changed) else max(read_at)
    end as read_at,
    count(*) as contacts
from {{ members }}
where list_id = {{ list_id }}
