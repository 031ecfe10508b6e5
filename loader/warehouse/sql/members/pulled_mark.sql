{#
    From when on the contacts of a list have to be pulled: the start of the last reading that brought
    any with all that they hold, and which command read them.
#}
with

    reading as (
        select max(details_read_at) as read_at from {{ members }} where list_id = {{ list_id }}
    )

select reading.read_at, min(members.details_read_by) as read_by
from reading
left join
    {{ members }} as members
    on reading.read_at = members.details_read_at
    and members.list_id = {{ list_id }}
group by reading.read_at
