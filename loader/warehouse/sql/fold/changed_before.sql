{# Whose address Mailchimp changed in an earlier run: the old address and the new. #}
create or replace temporary table loader_changed as
select old_address, email_address, false as is_gone
from
    (
        values
{% for old, new in changes %}
        ({{ old }}, {{ new }}){% if not loop.last %}, {% endif %}
{% endfor %}
    ) as changes (old_address, email_address)
