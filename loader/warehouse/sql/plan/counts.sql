{# How many rows of the plan go each way, and how many do not go and why. #}
select route, outcome, reason, is_news, count(*) as contacts
from loader_plan
group by route, outcome, reason, is_news
