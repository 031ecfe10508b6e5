{#
    Make the table of an audience anew: whoever reads it sees the old one until the transaction ends. A
    contract and its constraints hold, and indexes are made again.
#}
{% macro replace_table(relation, sql) %}
    {%- set existing = load_cached_relation(relation) -%}
    {%- if existing is not none and existing.is_view -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- if config.get("contract").enforced -%}
        {%- do get_assert_columns_equivalent(sql) -%}
        {%- call statement("create_table") -%}
            {{ dbt_mailchimp.create_table_anew(relation) }}
            {{ get_table_columns_and_constraints() }}
        {%- endcall -%}
        {%- call statement("fill_table") -%}
            insert into {{ relation }} (
            {%- for column in model.columns.values() -%}
                {{ adapter.quote(column.name) if column.quote else column.name }}
                {{- ", " if not loop.last }}
            {%- endfor -%}
            ) {{ get_select_subquery(sql) }}
        {%- endcall -%}
    {%- else -%}
        {%- call statement("create_table") -%}
            {{ dbt_mailchimp.create_table_anew(relation) }} as {{ sql }}
        {%- endcall -%}
    {%- endif -%}
    {%- do create_indexes(relation) -%}
{% endmacro %}

{# The beginning of a statement that makes a table in the place of the one that may be there. #}
{% macro create_table_anew(relation) %}
    {{ return(adapter.dispatch("create_table_anew", "dbt_mailchimp")(relation)) }}
{% endmacro %}

{% macro default__create_table_anew(relation) -%} create or replace table {{ relation }}
{%- endmacro %}

{#- as dbt's own tables there: views over the old one go with it, and dbt makes its own again -#}
{% macro postgres__create_table_anew(relation) -%}
    drop table if exists {{ relation }} cascade;
    create table {{ relation }}
{%- endmacro %}
