{#
    Make the table of an audience anew, in one statement: whoever reads it sees the old one until the
    transaction ends. A contract and its constraints hold, and indexes are made again.
#}
{% macro replace_table(relation, sql) %}
    {%- set existing = load_cached_relation(relation) -%}
    {%- if existing is not none and existing.is_view -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- if config.get("contract").enforced -%}
        {%- do get_assert_columns_equivalent(sql) -%}
        {%- call statement("create_table") -%}
            create or replace table {{ relation }} {{ get_table_columns_and_constraints() }}
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
            create or replace table {{ relation }} as {{ sql }}
        {%- endcall -%}
    {%- endif -%}
    {%- do create_indexes(relation) -%}
{% endmacro %}
