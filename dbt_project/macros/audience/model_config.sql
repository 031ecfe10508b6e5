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
            ~ "', that of the profile. Remove `database` from the audience, or from the"
            ~ " profile if it is set there"
        ) -%}
    {%- endif -%}
{% endmacro %}

{# The database that the loader opens with the same profile. #}
{% macro database_of_loader() %}
    {{ return(adapter.dispatch("database_of_loader", "dbt_mailchimp")()) }}
{% endmacro %}

{% macro default__database_of_loader() %} {{ return(target.database) }} {% endmacro %}

{#- of the file that was opened, not of those that are attached to it, unless it is a DuckLake -#}
{% macro duckdb__database_of_loader() %}
    {%- set aimed_at = api.Relation.create(database=target.database, schema=target.schema) -%}
    {%- if adapter.is_ducklake(aimed_at) -%} {{ return(target.database) }} {%- endif -%}
    {%- set query -%}
        select database_name from duckdb_databases() where not internal order by database_oid limit 1
    {%- endset -%}
    {{ return(run_query(query).columns[0].values()[0]) }}
{% endmacro %}

{#
    The history and the delta of an audience are called after it, and a warehouse that cuts a long name
    would give both one name.
#}
{% macro fail_on_long_name(relation) %}
    {%- set most = dbt_mailchimp.max_name_bytes() -%}
    {%- set longest = relation.identifier ~ "__history" -%}
    {%- if most is not none and longest.encode("utf-8") | length > most -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "its history would be called "
            ~ longest
            ~ ", which has "
            ~ longest.encode("utf-8")
            | length
            ~ " bytes, and "
            ~ adapter.type()
            ~ " cuts a name after "
            ~ most
            ~ ". Give it an alias of at most "
            ~ (most - "__history" | length)
            ~ " bytes"
        ) -%}
    {%- endif -%}
{% endmacro %}

{# How many bytes the name of a relation may have; none where there is no such bound. #}
{% macro max_name_bytes() %}
    {{ return(adapter.dispatch("max_name_bytes", "dbt_mailchimp")()) }}
{% endmacro %}

{% macro default__max_name_bytes() %} {{ return(none) }} {% endmacro %}

{% macro postgres__max_name_bytes() %} {{ return(63) }} {% endmacro %}
