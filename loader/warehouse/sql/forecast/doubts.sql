{# What Mailchimp may refuse, though nobody knows: how many contacts, and why. #}
select doubt as reason, count(*) as contacts
from loader_forecast
where audience = {{ audience }} and doubt is not null and category not in ('refused', 'waits')
group by doubt
order by contacts desc, reason
