{#
    The spellings of Snowflake, by its documentation. NEVER RUN ON SNOWFLAKE. No audience is built there:
    `snowflake__has_dialect` is missing on purpose, and a project that tries it writes one. On the emulator
    fakesnow 0.12.1 with dbt-snowflake 1.12.4 the hook on-run-start ran with these macros on 2026-11-30;
    an audience did not: dbt says FIXED for a number, gives the names of columns in capital letters, and
    the emulator has no temporary table in a schema. Structs and tags have no spelling yet.
#}
{% macro snowflake__json_text(expression) %} to_json(to_variant({{ expression }})) {% endmacro %}

{% macro snowflake__json_value(expression, path) -%}
    cast(
        get_path(
            parse_json({{ expression }}),
            {{ dbt_mailchimp.literal(dbt_mailchimp.json_keys(path) | join(".")) }}
        ) as varchar
    )
{%- endmacro %}

{#- a pattern matches the whole text there; between dollars a backslash is itself -#}
{% macro snowflake__matches(column, pattern) %}
    regexp_like({{ column }}, {{ "$$" ~ pattern ~ "$$" }})
{% endmacro %}

{#- it has no escape for a character beyond ASCII, and no text holds the first one -#}
{% macro snowflake__regex_character(code) %}
    {{ return("%c" | format([code, 1] | max)) }}
{% endmacro %}

{% macro snowflake__trimmed(expression, ranges) -%}
    {%- set characters = [] -%}
    {%- for first, last in ranges -%}
        {%- for code in range(first, last + 1) -%}
            {%- do characters.append("%c" | format(code)) -%}
        {%- endfor -%}
    {%- endfor -%}
    trim({{ expression }}, {{ "$$" ~ characters | join ~ "$$" }})
{%- endmacro %}

{% macro snowflake__in_utc(expression) %}
    cast(convert_timezone('UTC', {{ expression }}) as timestamp_ntz)
{% endmacro %}

{% macro snowflake__distinct_values(column) -%}
    nullif(array_agg(distinct {{ column }}), array_construct())
{%- endmacro %}

{% macro snowflake__union_of_lists(first, second) -%}
    array_sort(array_distinct(array_cat(coalesce({{ first }}, array_construct()), {{ second }})))
{%- endmacro %}

{% macro snowflake__comment_of(relation) %}
    {%- set query -%}
        select comment
        from {{ relation.database }}.information_schema.tables
        where
            upper(table_schema) = upper({{ dbt_mailchimp.literal(relation.schema) }})
            and upper(table_name) = upper({{ dbt_mailchimp.literal(relation.identifier) }})
    {%- endset -%}
    {%- set rows = run_query(query).columns[0].values() -%}
    {{ return((rows[0] or none) if rows else none) }}
{% endmacro %}

{% macro snowflake__joined_texts(expression, order_by, condition) -%}
    listagg(case when {{ condition }} then {{ expression }} end, ', ') within group (
        order by {{ order_by }}
    )
{%- endmacro %}

{% macro snowflake__list_of(expression, condition) -%}
    nullif(
        array_agg(case when {{ condition }} then {{ expression }} end) within group (
            order by {{ expression }}
        ),
        array_construct()
    )
{%- endmacro %}

{% macro snowflake__empty_list() -%} array_construct() {%- endmacro %}

{% macro snowflake__thousands(expression) %}
    to_char({{ expression }}, 'FM999,999,999,999,990')
{% endmacro %}
