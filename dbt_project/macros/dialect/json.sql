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

{# The value at a path of a JSON text, as text; NULL where there is none. #}
{% macro json_value(expression, path) %}
    {{ return(adapter.dispatch("json_value", "dbt_mailchimp")(expression, path)) }}
{% endmacro %}

{% macro default__json_value(expression, path) %}
    {% do dbt_mailchimp.no_dialect("json_value") %}
{% endmacro %}

{% macro duckdb__json_value(expression, path) -%}
    json_extract_string(
        {{ expression }},
        {{ dbt_mailchimp.literal("$." ~ dbt_mailchimp.json_keys(path) | join(".")) }}
    )
{%- endmacro %}

{% macro postgres__json_value(expression, path) -%}
    (
        cast({{ expression }} as json)
        #>> {{ dbt_mailchimp.literal("{" ~ dbt_mailchimp.json_keys(path) | join(",") ~ "}") }}
    )
{%- endmacro %}

{#
    The same, in one spelling a number: to Mailchimp 100 and 100.0 are one value, and a text of either
    is what it is.
#}
{% macro json_value_to_compare(expression, path) %}
    {{ return(adapter.dispatch("json_value_to_compare", "dbt_mailchimp")(expression, path)) }}
{% endmacro %}

{% macro default__json_value_to_compare(expression, path) %}
    {{ dbt_mailchimp.json_value(expression, path) }}
{% endmacro %}

{% macro duckdb__json_value_to_compare(expression, path) -%}
    {%- set value = dbt_mailchimp.json_value(expression, path) -%}
    {%- set place = dbt_mailchimp.literal("$." ~ dbt_mailchimp.json_keys(path) | join(".")) -%}
    case
        when json_type({{ expression }}, {{ place }}) = 'DOUBLE'
        then regexp_replace({{ value }}, '[.]0$', '')
        else {{ value }}
    end
{%- endmacro %}

{% macro postgres__json_value_to_compare(expression, path) -%}
    {%- set value = dbt_mailchimp.json_value(expression, path) -%}
    case
        when json_typeof({{ value | replace("#>>", "#>", 1) }}) = 'number'
        then cast(trim_scale(cast({{ value }} as numeric)) as varchar)
        else {{ value }}
    end
{%- endmacro %}

{# The names of a path as JSON strings. #}
{% macro json_keys(path) %}
    {%- set keys = [] -%}
    {%- for name in path -%}
        {%- do keys.append(dbt_mailchimp.quote_json_key(name)) -%}
    {%- endfor -%}
    {{ return(keys) }}
{% endmacro %}

{# A name as a JSON string, known when the SQL is made; letters beyond ASCII stay as they are. #}
{% macro quote_json_key(name) -%}
    {{ return('"' ~ name | replace("\\", "\\\\") | replace('"', '\\"') ~ '"') }}
{%- endmacro %}
