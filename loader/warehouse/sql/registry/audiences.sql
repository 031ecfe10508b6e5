{# Read what dbt has registered. #}
{# Whether dbt ever made a table of ours in the target schema. #}
{% macro exists(name, schema) %}
    select count(*) as tables
    from information_schema.tables
    where table_schema = {{ schema }} and table_name = {{ name }}
{% endmacro %}

{# Which version the tables are of. #}
{% macro version(versions) %} select max(version) as version from {{ versions }} {% endmacro %}

{# The databases that the warehouse has open, by name; of a DuckDB file it is the name of the
   file. #}
{% macro databases() %}
    select distinct catalog_name as name from information_schema.schemata
{% endmacro %}

{# The columns of everything that is in the database of the target, whoever made it. #}
{% macro built_columns() %}
    select table_schema, table_name, column_name, data_type
    from information_schema.columns
    where
        table_catalog = current_database()
        and table_schema not in ('information_schema', 'pg_catalog')
        and table_schema not like 'pg_temp_%'  -- of a session of PostgreSQL
    order by table_schema, table_name, ordinal_position
{% endmacro %}

{# What dbt registered: every audience of the project, and those that were ever built in it. #}
{% macro audiences(audiences) %}
    select
        audience, path, tags, enabled, status, failed_tests, configuration, history, delta, built_at
    from {{ audiences }}
    order by audience
{% endmacro %}

{# What stays behind in Mailchimp, in places that no audience names any more. #}
{% macro left_behind(left_behind) %}
    select audience, list_id, contacts, segments, command, said
    from {{ left_behind }}
    order by audience, list_id
{% endmacro %}

{# Whether a table exists in a schema of a database that is open. #}
{% macro exists_in(database, name, schema) %}
    select count(*) as tables
    from information_schema.tables
    where table_catalog = {{ database }} and table_schema = {{ schema }} and table_name = {{ name }}
{% endmacro %}
