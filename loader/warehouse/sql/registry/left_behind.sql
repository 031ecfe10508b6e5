{# What stays behind in Mailchimp, in places that no audience names any more. #}
select audience, list_id, contacts, segments, command, said
from {{ left_behind }}
order by audience, list_id
