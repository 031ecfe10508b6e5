{#
    Whether an address has had fewer than so many events: in the last so many days, or since a moment
    that its row says, such as the beginning of a stage. A condition for a `where`, or a column.
#}
{% macro below_frequency_cap(address, events, event, most, days=none, since=none, as_of=none) %}
    {%- if (days is none) == (since is none) -%}
        {%- do exceptions.raise_compiler_error(
            "below_frequency_cap needs either days, the number of days to count in, or since, an"
            ~ " expression for the time from which to count."
        ) -%}
    {%- endif -%}
    {%- set now = dbt_mailchimp.as_of_timestamp(as_of) -%}
    {%- set names = [event] if event is string else event -%}
    (
        -- names of ours, so that whatever the condition names is a column around it
        select count(*)
        from
            (
                select
                    email_address as loader_address,
                    event as loader_event,
                    occurred_at as loader_occurred_at
                from ({{ dbt_mailchimp.select_from(events) }}) as loader_source
            ) as loader_events
        where
            loader_address = {{ dbt_mailchimp.normalise_address(address) }}
            and loader_event in (
                {%- for name in names -%}
                    {{ dbt_mailchimp.literal(name) }}{{ ", " if not loop.last }}
                {%- endfor -%}
            )
            and loader_occurred_at > {{ since if days is none else dbt.dateadd("day", -days, now) }}
            {%- if as_of is not none %} and loader_occurred_at <= {{ now }} {%- endif %}
    )
    < {{ most }}
{% endmacro %}
