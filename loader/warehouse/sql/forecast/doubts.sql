{# What Mailchimp may refuse, though nobody knows: why, and how many contacts of each audience. #}
select audience, doubt as message, count(*) as contacts
from loader_forecast
where doubt is not null and category not in ('refused', 'waits')
group by audience, doubt
order by audience, contacts desc, message
