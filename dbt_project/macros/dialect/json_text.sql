{# A text as a JSON string, NULL staying NULL: the same bytes in every warehouse, for they are compared. #}
{% macro json_text(expression) %}
    {{ return(adapter.dispatch("json_text", "dbt_mailchimp")(expression)) }}
{% endmacro %}

{% macro default__json_text(expression) %}
    {% do dbt_mailchimp.no_dialect("json_text") %}
{% endmacro %}

{% macro duckdb__json_text(expression) %} cast(to_json({{ expression }}) as varchar) {% endmacro %}

{#- it writes control characters with small letters: \u000b -#}
{% macro postgres__json_text(expression) -%}
    {%- set text = "cast(to_json(" ~ expression ~ ") as varchar)" -%}
    {%- set changed = namespace(sql=text) -%}
    {%- for code in ["000b", "000e", "000f", "001a", "001b", "001c", "001d", "001e", "001f"] -%}
        {%- set changed.sql = (
            "regexp_replace("
            ~ changed.sql
            ~ ", '(?<!\\\\)((?:\\\\\\\\)*)\\\\u"
            ~ code
            ~ "', '\\1\\\\u"
            ~ code
            | upper ~ "', 'g')"
        ) -%}
    {%- endfor -%}
    case
        when {{ expression }} ~ '[\u000b\u000e\u000f\u001a-\u001f]'
        then {{ changed.sql }}
        else {{ text }}
    end
{%- endmacro %}
