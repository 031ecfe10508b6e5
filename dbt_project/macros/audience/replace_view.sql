{#
    Create a view, or replace it when its text is another than before: a view that stays keeps its
    grants, and nobody who is reading it is disturbed. The md5 of the text is kept as the comment of
    the view.
#}
{% macro replace_view(relation, sql) %}
    {%- set text_hash = local_md5(sql | trim) -%}
    {%- set existing = adapter.get_relation(
        relation.database, relation.schema, relation.identifier
    ) -%}
    {%- if existing is not none and not existing.is_view -%}
        {%- do dbt_mailchimp.raise_audience_error(
            relation
            ~ " exists and is not a view. Rename the audience or drop that relation"
        ) -%}
    {%- endif -%}
    {%- if existing is none or dbt_mailchimp.comment_of(relation) != text_hash -%}
        {%- if existing is not none and not dbt_mailchimp.can_replace_view(existing, sql) -%}
            {%- do run_query("drop view " ~ relation) -%}
        {%- endif -%}
        {%- call statement("replace_view") -%} create or replace view {{ relation }} as {{ sql }}
        {%- endcall -%}
        {%- call statement("comment_view") -%} comment on view {{ relation }} is '{{ text_hash }}' {%- endcall -%}
    {%- endif -%}
{% endmacro %}

{# Whether a view can be replaced by one of other columns, or has to be dropped first. #}
{% macro can_replace_view(relation, sql) %}
    {{ return(adapter.dispatch("can_replace_view", "dbt_mailchimp")(relation, sql)) }}
{% endmacro %}

{% macro default__can_replace_view(relation, sql) %} {{ return(true) }} {% endmacro %}

{#- it takes more columns at the end, and no other change of them -#}
{% macro postgres__can_replace_view(relation, sql) %}
    {%- set before = dbt_mailchimp.columns_of_query("select * from " ~ relation) -%}
    {%- set after = dbt_mailchimp.columns_of_query(sql) -%}
    {{ return(after[: before | length] == before) }}
{% endmacro %}

{# The comment of a view or table: the hash of a view's text, and for whom a history is kept. #}
{% macro comment_of(relation) %}
    {{ return(adapter.dispatch("comment_of", "dbt_mailchimp")(relation)) }}
{% endmacro %}

{% macro default__comment_of(relation) %}
    {%- do dbt_mailchimp.no_dialect("comment_of") -%}
{% endmacro %}

{% macro duckdb__comment_of(relation) %}
    {%- set query -%}
        select comment
        from
            (
                select database_name, schema_name, view_name as name, comment
                from duckdb_views()
                union all
                select database_name, schema_name, table_name as name, comment
                from duckdb_tables()
            ) as relations
        where
            database_name = {{ dbt_mailchimp.literal(relation.database) }}
            and schema_name = {{ dbt_mailchimp.literal(relation.schema) }}
            and lower(name) = lower({{ dbt_mailchimp.literal(relation.identifier) }})
    {%- endset -%}
    {%- set rows = run_query(query).columns[0].values() -%}
    {{ return(rows[0] if rows else none) }}
{% endmacro %}

{% macro postgres__comment_of(relation) %}
    {%- set query -%}
        select obj_description(pg_class.oid, 'pg_class')
        from pg_class
        inner join pg_namespace on pg_namespace.oid = pg_class.relnamespace
        where
            pg_namespace.nspname = {{ dbt_mailchimp.literal(relation.schema) }}
            and pg_class.relname = {{ dbt_mailchimp.literal(relation.identifier) }}
    {%- endset -%}
    {%- set rows = run_query(query).columns[0].values() -%}
    {{ return(rows[0] if rows else none) }}
{% endmacro %}
