{#
    How many rows of each audience go each way, and how many do not go and why: of a refusal, what
    Mailchimp said.
#}
select
    audience,
    route,
    turn,
    outcome,
    reason_code,
    message,
    mailchimp_code,
    is_new,
    count(*) as contacts
from loader_plan
group by audience, route, turn, outcome, reason_code, message, mailchimp_code, is_new
