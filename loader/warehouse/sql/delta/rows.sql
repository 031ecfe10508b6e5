{# Read the deltas of a list, and hold rows back. #}
{# The rows that an audience owes one list, read once for all that a plan asks of them. #}
{% macro read(delta, is_first, list_id) %}
    {% if is_first %}create temporary table {{ anew("loader_delta") }} as {% else %}insert into
        {{ filled("loader_delta") }} ({% include 'delta/columns.sql' %}){% endif %}
select {% include 'delta/columns.sql' %}
from {{ delta }}
where list_id = {{ list_id }}
{% endmacro %}

{# Whether the audiences that have their turn owe the list anything. #}
{% macro is_any() %}
select exists (select 1 from loader_delta) as is_owed
{% endmacro %}

{# An audience that is stopped sends nothing more but withdrawals. #}
{% macro hold_back(audience) %}
update loader_rules
set is_held_back = true
where audience = {{ audience }}
{% endmacro %}

{# An audience that is stopped before it has said anything is not in the plan. #}
{% macro leave_out(audience) %}
delete from loader_delta where audience = {{ audience }}
{% endmacro %}

{# The audiences that have their turn on one list, and what each of them may do there. #}
{% macro audience_rules(rules) %}
create temporary table {{ anew("loader_rules") }} as
select *
from
    (
        values
    {% for one in rules %}
        (
        {{ one.audience }}, {{ one.contacts }}, {{ one.maintained_status }}, {{ one.revives }}, {{ one.status_if_new }}, false
        ){% if not loop.last %},{% endif %}
    {% endfor %}
    ) as rules (audience, contacts, maintained_status, revives, status_if_new, is_held_back)
{% endmacro %}
