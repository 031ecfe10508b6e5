{# The value at a path of a JSON text, as text; NULL where there is none. #}
{% macro json_value(expression, path) %}
    {{ return(adapter.dispatch("json_value", "dbt_mailchimp")(expression, path)) }}
{% endmacro %}

{% macro default__json_value(expression, path) -%}
    {%- set parts = [] -%}
    {%- for name in path -%}
        {%- do parts.append(dbt_mailchimp.quote_json_key(name)) -%}
    {%- endfor -%}
    json_extract_string({{ expression }}, {{ dbt_mailchimp.literal("$." ~ parts | join(".")) }})
{%- endmacro %}

{% macro postgres__json_value(expression, path) -%}
    {%- set parts = [] -%}
    {%- for name in path -%}
        {%- do parts.append(dbt_mailchimp.quote_json_key(name)) -%}
    {%- endfor -%}
    cast({{ expression }} as json) #>> {{ dbt_mailchimp.literal("{" ~ parts | join(",") ~ "}") }}
{%- endmacro %}

{# A name as a JSON string, known when the SQL is made; letters beyond ASCII stay as they are. #}
{% macro quote_json_key(name) -%}
    {{ return('"' ~ name | replace("\\", "\\\\") | replace('"', '\\"') ~ '"') }}
{%- endmacro %}
