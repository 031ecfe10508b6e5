{# The columns of a table in their order, some of them with another value. #}
{% macro columns_replaced(alias, values, relation) %}
    {{ return(adapter.dispatch("columns_replaced", "dbt_mailchimp")(alias, values, relation)) }}
{% endmacro %}

{#- asks the warehouse which columns there are -#}
{% macro default__columns_replaced(alias, values, relation) -%}
    {%- set query = dbt_mailchimp.select_from(relation) -%}
    {%- for column in dbt_mailchimp.columns_of_query(query) if execute -%}
        {{ values.get(column.name, alias ~ "." ~ adapter.quote(column.name)) }}
        as {{ adapter.quote(column.name) }}{{ "," if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro duckdb__columns_replaced(alias, values, relation) -%}
    {{ alias }}.* replace(
        {%- for column, value in values.items() %}
            {{ value }} as {{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
