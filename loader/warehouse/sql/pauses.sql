{# Which audiences are paused, by whom and why, and which runs in a row stopped before that. #}
{# A pause begins, or a run stopped for a reason that may become one. #}
{% macro add(pauses, adding) %}
    insert into {{ pauses }} (
        audience,
        list_id,
        stops,
        stopped_at,
        exit_code,
        reason,
        configuration,
        paused_at,
        paused_by
    )
    values
    {% for one in adding %}
(
        {{ one.audience }},
        {{ one.list_id }},
        {{ one.stops }},
        {{ one.stopped_at }},
        {{ one.exit_code }},
        {{ one.reason }},
        {{ one.configuration }},
        {{ one.paused_at }},
        {{ one.paused_by }}
){% if not loop.last %},{% endif %}
    {% endfor %}
{% endmacro %}

{# The stops of these audiences in a row are over, or are counted anew. A list of None is every
   list. #}
{% macro end_stops(pauses, list_id, settled) %}
    delete from {{ pauses }}
    where
        paused_at is null
    {% if list_id is not none %} and list_id = {{ list_id }}
    {% endif %}
        and audience in (
    {% for name in settled %}
        {{ name }}
        {% if not loop.last %},{% endif %}
    {% endfor %}
        )
{% endmacro %}

{# An audience goes on. A list of None is every pause of the audience. #}
{% macro resume(pauses, audience, list_id, now, resumed_by) %}
    update {{ pauses }}
    set resumed_at = {{ now }}, resumed_by = {{ resumed_by }}
    where
        audience = {{ audience }}
        and paused_at is not null
        and resumed_at is null
    {% if list_id is not none %} and list_id = {{ list_id }}
    {% endif %}
{% endmacro %}

{# The pauses that nobody has ended, and the stops in a row of audiences that are not paused. #}
{% macro current(pauses) %}
    select
        audience,
        list_id,
        stops,
        stopped_at,
        exit_code,
        reason,
        configuration,
        paused_at
    from {{ pauses }}
    where resumed_at is null
    order by paused_at, audience, list_id
{% endmacro %}

{# How many withdrawals of consent an audience owes a list. #}
{% macro withdrawals(delta, list_id) %}
    select count(*) as contacts
    from {{ delta }}
    where list_id = {{ list_id }} and kind = 'contact' and action = 'withdraw'
{% endmacro %}
