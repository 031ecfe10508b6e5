{# A point in time in UTC without a zone, as SQL: what was said, else now. #}
{% macro moment(as_of=none) %}
    {%- if as_of is none -%}
        {{ return(mailchimp_activation.in_utc("current_timestamp") | trim) }}
    {%- endif -%}
    {{ return("cast(" ~ mailchimp_activation.literal(as_of) ~ " as timestamp)") }}
{% endmacro %}
