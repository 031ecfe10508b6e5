{#
    The keys that have had their fill: so many events or more in so many days. It is to be used with
    `not in`, because who has no event at all stands in no events; so it gives no NULL.
#}
{% macro reached_cap(events, key, event, most, days, as_of=none) %}
    {%- set now = mailchimp_activation.moment(as_of) -%}
    {%- set names = [event] if event is string else event -%}
    select {{ key }}
    from ({{ mailchimp_activation.rows_of(events) }}) as loader_events
    where
        {{ key }} is not null
        and event in (
            {%- for name in names -%}
                {{ mailchimp_activation.literal(name) }}{{ ", " if not loop.last }}
            {%- endfor -%}
        )
        and occurred_at > {{ dbt.dateadd("day", -days, now) }}
        and occurred_at <= {{ now }}
    group by {{ key }}
    having count(*) >= {{ most }}
{% endmacro %}
