{#
    When the last completed run of each audience and list started. A run that a person has to look at
    is completed too. One that Mailchimp, the warehouse or a signal stopped is not: the audience is
    due again.
#}
select audience, list_id, max(started_at) as started_at
from {{ runs }}
where exit_code in (0, 1, 2, 5) and command = 'sync'
group by audience, list_id
