{# A text as a JSON string, NULL staying NULL. #}
{% macro json_text(expression) %}
    {{ return(adapter.dispatch("json_text", "dbt_mailchimp")(expression)) }}
{% endmacro %}

{% macro default__json_text(expression) %} cast(to_json({{ expression }}) as varchar) {% endmacro %}
