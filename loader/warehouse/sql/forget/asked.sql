{# The lines that somebody gave: each may be an address, a person_id, or the key of a contact without an address. #}
create or replace temporary table loader_asked as
select line, given, {{ contact_key("given") }} as address
from
    (
        values
{% for line, given in lines %}
        ({{ line }}, {{ given }}){% if not loop.last %}, {% endif %}
{% endfor %}
    ) as lines (line, given)
