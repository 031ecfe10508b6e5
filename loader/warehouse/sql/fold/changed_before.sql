{# Whose address Mailchimp changed in an earlier run: the old address and the new. #}
create or replace temporary table loader_changed as
select previous_email, email_address, false as is_gone
from
    (
        values
{% for old, new in changes %}
        ({{ old }}, {{ new }}){% if not loop.last %}, {% endif %}
{% endfor %}
    ) as changes (previous_email, email_address)
