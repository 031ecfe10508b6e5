{# The audiences that have their turn on one list, and what each of them may do there. #}
create or replace temporary table loader_rules as
select *
from
    (
        values
{% for one in rules %}
        (
    {{ one.audience }}, {{ one.contacts }}, {{ one.kept_status }}, {{ one.revives }}, {{ one.status_if_new }}, false
        ){% if not loop.last %},{% endif %}
{% endfor %}
    ) as rules (audience, contacts, kept_status, revives, status_if_new, is_held_back)
