{# The value at a path of a JSON text, as text; NULL where there is none. #}
{% macro json_value(expression, path) %}
    {{ return(adapter.dispatch("json_value", "mailchimp_activation")(expression, path)) }}
{% endmacro %}

{% macro default__json_value(expression, path) -%}
    json_extract_string({{ expression }}, '$.{{ path | join(".") }}')
{%- endmacro %}

{% macro postgres__json_value(expression, path) -%}
    cast({{ expression }} as json) #>> '{ {{- path | join(",") -}} }'
{%- endmacro %}
