{#
    A number as text, in the same bytes in every warehouse: a value that is written otherwise is another
    payload, and would be sent once more when the warehouse moves. As DuckDB writes it: a double has a
    point, 100.0, and an exponent from 1e+16 on. The two round otherwise in about one `real` number of a hundred, and
    in doubles beyond 1e+16.
#}
{% macro number_text(expression, is_floating) %}
    {{ return(adapter.dispatch("number_text", "dbt_mailchimp")(expression, is_floating)) }}
{% endmacro %}

{% macro default__number_text(expression, is_floating) %}
    cast({{ expression }} as varchar)
{% endmacro %}

{#- the fixed notation of floats ends at 1e+06 there, that of doubles at 1e+15 -#}
{% macro postgres__number_text(expression, is_floating) -%}
    {%- set text = "cast(" ~ expression ~ " as varchar)" -%}
    {%- if not is_floating -%} replace(lower({{ text }}), 'infinity', 'inf')
    {%- else -%}
        case
            when abs({{ expression }}) >= 1e5 and abs({{ expression }}) < 1e16
            then
                cast(cast({{ text }} as numeric) as varchar)
                || case when {{ expression }} = trunc({{ expression }}) then '.0' else '' end
            when {{ text }} ~ '^-?[0-9]+$'
            then {{ text }} || '.0'
            else replace(lower({{ text }}), 'infinity', 'inf')
        end
    {%- endif -%}
{%- endmacro %}

{# Whether a number has more than the 64 bits that JSON is read with, as SQL. #}
{% macro is_too_long(expression) %}
    {{ return(adapter.dispatch("is_too_long", "dbt_mailchimp")(expression)) }}
{% endmacro %}

{% macro default__is_too_long(expression) -%}
    abs(cast({{ expression }} as double precision)) >= 9223372036854775808
{%- endmacro %}

{#- a numeric has more digits than a double has room for -#}
{% macro postgres__is_too_long(expression) -%}
    abs({{ expression }}) >= 9223372036854775808
{%- endmacro %}

{# A date as text: year, month and day. #}
{% macro date_text(expression) %}
    {{ return(adapter.dispatch("date_text", "dbt_mailchimp")(expression)) }}
{% endmacro %}

{% macro default__date_text(expression) -%}
    cast(cast({{ expression }} as date) as varchar)
{%- endmacro %}

{% macro postgres__date_text(expression) -%}
    replace(cast(cast({{ expression }} as date) as varchar), ' BC', ' (BC)')
{%- endmacro %}

{# A count for people to read, with a comma between the thousands. #}
{% macro thousands(expression) %}
    {{ return(adapter.dispatch("thousands", "dbt_mailchimp")(expression)) }}
{% endmacro %}

{% macro default__thousands(expression) %} cast({{ expression }} as varchar) {% endmacro %}

{% macro duckdb__thousands(expression) %} format('{:,}', {{ expression }}) {% endmacro %}

{% macro postgres__thousands(expression) %}
    to_char({{ expression }}, 'FM999,999,999,999,990')
{% endmacro %}

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
