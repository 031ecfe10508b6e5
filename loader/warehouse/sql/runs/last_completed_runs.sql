{#
    When each audience and list had its turn: the start of its latest run that came to an end, in
    whatever way a person has to look at. One that Mailchimp, the warehouse or somebody stopped has
    its turn again.
#}
select audience, list_id, max(started_at) as started_at
from {{ runs }}
where exit_code in (0, 1, 2, 5) and command = 'sync'
group by audience, list_id
