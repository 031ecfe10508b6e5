{# The columns of a table in their order, some of them with another value. #}
{% macro columns_replaced(alias, values, relation) %}
    {{ return(adapter.dispatch("columns_replaced", "dbt_mailchimp")(alias, values, relation)) }}
{% endmacro %}

{#- asks the warehouse which columns there are -#}
{% macro default__columns_replaced(alias, values, relation) -%}
    {%- set query = dbt_mailchimp.with_stored_relations(dbt_mailchimp.select_from(relation)) -%}
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

{#
    A query that reads what the warehouse has: a unit test gives the rows of a model in a common table
    expression, with the columns that the model has in the warehouse.
#}
{% macro with_stored_relations(sql) %}
    {%- set found = namespace(sql=sql) -%}
    {%- for cte, name in modules.re.findall("(__dbt__cte__(\\w+))", sql) if execute -%}
        {%- set stored = adapter.get_relation(
            model.database, model.schema, name
        ) or adapter.get_relation(target.database, target.schema, name) -%}
        {%- if stored is none -%}
            {%- do exceptions.raise_compiler_error(
                "enrich_profiles needs the columns of "
                ~ name
                ~ ", which "
                ~ adapter.type()
                ~ " knows of tables and views only, and the schema "
                ~ model.schema
                ~ " has none of that name. Build it before its unit tests, and not as ephemeral."
            ) -%}
        {%- endif -%}
        {%- set pattern = modules.re.escape(cte) ~ "\\b" -%}
        {%- set found.sql = modules.re.sub(pattern, stored | string, found.sql) -%}
    {%- endfor -%}
    {{ return(found.sql) }}
{% endmacro %}
