{# How many rows of each audience go each way, and how many do not go and why. #}
select audience, route, turn, outcome, reason, is_news, count(*) as contacts
from loader_plan
group by audience, route, turn, outcome, reason, is_news
