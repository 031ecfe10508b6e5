{# How many bytes a value has as text in UTF-8. #}
{% macro text_bytes(expression) %}
    {{ return(adapter.dispatch("text_bytes", "dbt_mailchimp")(expression)) }}
{% endmacro %}

{% macro default__text_bytes(expression) -%}
    octet_length(cast({{ expression }} as varchar))
{%- endmacro %}

{% macro duckdb__text_bytes(expression) -%}
    strlen(cast({{ expression }} as varchar))
{%- endmacro %}
