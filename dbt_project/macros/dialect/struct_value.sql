{# One field of a struct. #}
{% macro struct_value(expression, field) %}
    {{ return(adapter.dispatch("struct_value", "dbt_mailchimp")(expression, field)) }}
{% endmacro %}

{% macro default__struct_value(expression, field) -%}
    ({{ expression }}).{{ adapter.quote(field | replace('"', '""')) }}
{%- endmacro %}
