{#
    The loader's tables and views when a dbt command begins: brought up to the present version, and made
    where they are absent.
#}
{% macro create_loader_tables() %}
    {%- if execute and dbt_mailchimp.has_dialect() -%}
        {%- set views = {
            "loader_wanted__now": dbt_mailchimp.wanted_view_sql([]),
            "loader_conflicts__now": dbt_mailchimp.conflict_view_sql([]),
            "loader_left_behind": dbt_mailchimp.left_behind_view_sql([]),
        } -%}
        {%- do dbt_mailchimp.begin_transaction() -%}
        {%- do create_schema(dbt_mailchimp.loader_relation("loader_audiences")) -%}
        {%- do dbt_mailchimp.migrate_loader_tables() -%}
        {%- call statement("create_loader_tables") -%}
            {%- for name, columns in dbt_mailchimp.loader_tables().items() %}
                create table if not exists {{ dbt_mailchimp.loader_relation(name) }} (
                {%- for column, type in columns.items() %}
                    {{ column }} {{ type }}{{ "," if not loop.last }}
                {%- endfor %}
                );
            {%- endfor %}
            {{ dbt_mailchimp.note_schema_version() }}
            {%- for name, nobody in views.items() if not dbt_mailchimp.find_relation(name) %}
                create view {{ dbt_mailchimp.loader_relation(name) }} as
                {{ nobody }}
                ;
                {%- do adapter.cache_added(
                    dbt_mailchimp.loader_relation(name).incorporate(type="view")
                ) -%}
            {%- endfor %}
        {%- endcall -%}
        {#- a look at the schema may have begun a transaction, which dbt rolls back after a hook -#}
        {%- do adapter.commit() -%}
    {%- endif -%}
{% endmacro %}

{# The loader's relation of that name where it exists, else none. #}
{% macro find_relation(name) %}
    {{
        return(
            adapter.get_relation(database=target.database, schema=target.schema, identifier=name)
        )
    }}
{% endmacro %}
