{# The columns of a query, in order: objects with `name` and `data_type`. #}
{% macro columns_of_query(sql) %}
    {{ return(adapter.dispatch("columns_of_query", "dbt_mailchimp")(sql)) }}
{% endmacro %}

{% macro default__columns_of_query(sql) %}
    {{ return(get_column_schema_from_query(sql)) }}
{% endmacro %}

{#- dbt-duckdb gives the fields of a struct in the place of the struct -#}
{% macro duckdb__columns_of_query(sql) %}
    {%- set columns = [] -%}
    {%- for row in run_query("describe select * from (" ~ sql ~ "\n) as model") -%}
        {%- do columns.append({"name": row["column_name"], "data_type": row["column_type"]}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
