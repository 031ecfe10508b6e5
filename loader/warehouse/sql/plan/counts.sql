{#
    How many rows of each audience go each way, and how many do not go and why: of a refusal, what
    Mailchimp said.
#}
select
    audience,
    route,
    turn,
    outcome,
    case when outcome = 'rejected' then coalesce(said, reason) else reason end as reason,
    is_news,
    count(*) as contacts
from loader_plan
group by audience, route, turn, outcome, reason, said, is_news
