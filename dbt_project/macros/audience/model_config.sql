{# Run what a model wants before its SQL, in this session; dbt's own tables have it before them. #}
{% macro run_sql_header(node) %}
    {%- if node.config.get("sql_header") -%}
        {%- do run_query(node.config.sql_header) -%}
    {%- endif -%}
{% endmacro %}

{# The loader opens one database, so an audience in another one would never be sent. #}
{% macro fail_on_other_database(relation) %}
    {%- set opened = dbt_mailchimp.database_of_loader() -%}
    {%- if relation.database | lower != opened | lower -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "its database would be '"
            ~ relation.database
            ~ "', and the loader opens only '"
            ~ opened
            ~ "', the file of the profile's `path`. Remove `database` from the audience, or from the"
            ~ " profile if it is set there"
        ) -%}
    {%- endif -%}
{% endmacro %}

{# The database that the loader opens with the same profile. #}
{% macro database_of_loader() %}
    {{ return(adapter.dispatch("database_of_loader", "dbt_mailchimp")()) }}
{% endmacro %}

{% macro default__database_of_loader() %} {{ return(target.database) }} {% endmacro %}

{#- of the file that was opened, not of those that are attached to it -#}
{% macro duckdb__database_of_loader() %}
    {%- set query -%}
        select database_name from duckdb_databases() where not internal order by database_oid limit 1
    {%- endset -%}
    {{ return(run_query(query).columns[0].values()[0]) }}
{% endmacro %}
