{# Plan a list for the person in `loader_person` alone. #}
{# The rows of a table that are about the person. #}
{% macro rows_of_person(apart, table) %}
create temporary table {{ anew(apart) }} as
select *
from {{ table }}
where email_address in (select loader_person.email_address from loader_person)
{% endmacro %}

{# Forget whether audiences want the person, or conflict about them, as it was last stored. #}
{% macro forget_wishes(people, table) %}
delete from {{ table }}
where
    email_address
    in ({% for one in people %}{{ one }}{% if not loop.last %}, {% endif %}{% endfor %})
{% endmacro %}

{# Store it as it is now. The addresses are values, by which the warehouse filters early. #}
{% macro add_wishes(columns, now_wished, people, table) %}
insert into {{ table }} ({% for column in columns %}{{ column }}{% if not loop.last %}, {% endif %}{% endfor %})
select {% for column in columns %}{{ column }}{% if not loop.last %}, {% endif %}{% endfor %}
from {{ now_wished }}
where
    email_address
    in ({% for one in people %}{{ one }}{% if not loop.last %}, {% endif %}{% endfor %})
{% endmacro %}

{# What audiences owe the person on a list, as a plan reads it. #}
{% macro owed_rows(deltas, list_id, people) %}
create temporary table {{ anew("loader_delta") }} as
    {% for delta in deltas %}
        {% if not loop.first %} union all {% endif %}
select *
from {{ delta }}
where
    list_id = {{ list_id }}
    and email_address
    in ({% for one in people %}{{ one }}{% if not loop.last %}, {% endif %}{% endfor %})
    {% endfor %}
{% endmacro %}

{# The rows that are owed. #}
{% macro owed() %}
select *
from loader_delta
order by audience, kind, segment, email_address
{% endmacro %}

{# What the plan has decided of them, and by which rule. #}
{% macro decided() %}
select
    audience,
    kind,
    segment,
    email_address,
    action,
    rule,
    route,
    outcome,
    reason_code,
    message,
    mailchimp_code
from loader_plan
order by audience, kind, segment, email_address
{% endmacro %}
