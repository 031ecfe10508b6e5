{# A point in time in UTC without a zone, as SQL: what was said, else now. #}
{% macro as_of_timestamp(as_of=none) %}
    {%- if as_of is none -%}
        {{ return(dbt_mailchimp.in_utc("current_timestamp") | trim) }}
    {%- endif -%}
    {{ return("cast(" ~ dbt_mailchimp.literal(as_of) ~ " as timestamp)") }}
{% endmacro %}
