{# Keep what is wrong, from one run to the next. #}
{# Something is wrong, or it is over and nobody was told yet. #}
{% macro insert(
    notices,
    audience,
    command,
    affected,
    kind,
    list_id,
    message,
    times,
    since,
    status,
    told_at
) %}
insert into {{ notices }} (
    command, audience, list_id, kind, status, message, affected, times, since, told_at
)
values (
    {{ command }}, {{ audience }}, {{ list_id }}, {{ kind }}, {{ status }}, {{ message }}, {{ affected }}, {{ times }}, cast({{ since }} as timestamp), cast({{ told_at }} as timestamp)
)
{% endmacro %}

{# What is wrong is written down anew after each run: the rows of before go first. #}
{% macro clear(notices) %}
delete from {{ notices }}
{% endmacro %}

{# What is wrong, as the run before wrote it down. #}
{% macro known(notices) %}
select command, audience, list_id, kind, status, message, affected, times, since, told_at
from {{ notices }}
order by command, audience, list_id, kind
{% endmacro %}
