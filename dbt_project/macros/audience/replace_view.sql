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
        {%- do mailchimp_activation.refuse_audience(
            relation
            ~ " exists and is not a view. Rename the audience or drop that relation"
        ) -%}
    {%- endif -%}
    {%- if existing is none or mailchimp_activation.view_comment(relation) != text_hash -%}
        {%- call statement("replace_view") -%} create or replace view {{ relation }} as {{ sql }}
        {%- endcall -%}
        {%- call statement("comment_view") -%} comment on view {{ relation }} is '{{ text_hash }}' {%- endcall -%}
    {%- endif -%}
{% endmacro %}

{# The comment of a view, where replace_view keeps the hash of its text. #}
{% macro view_comment(relation) %}
    {{ return(adapter.dispatch("view_comment", "mailchimp_activation")(relation)) }}
{% endmacro %}

{% macro duckdb__view_comment(relation) %}
    {%- set query -%}
        select comment
        from duckdb_views()
        where
            database_name = {{ mailchimp_activation.literal(relation.database) }}
            and schema_name = {{ mailchimp_activation.literal(relation.schema) }}
            and view_name = {{ mailchimp_activation.literal(relation.identifier) }}
    {%- endset -%}
    {%- set rows = run_query(query).columns[0].values() -%}
    {{ return(rows[0] if rows else none) }}
{% endmacro %}

{% macro postgres__view_comment(relation) %}
    {%- set query -%}
        select obj_description(pg_class.oid, 'pg_class')
        from pg_class
        inner join pg_namespace on pg_namespace.oid = pg_class.relnamespace
        where pg_namespace.nspname = {{ mailchimp_activation.literal(relation.schema) }} and pg_class.relname = {{ mailchimp_activation.literal(relation.identifier) }}
    {%- endset -%}
    {%- set rows = run_query(query).columns[0].values() -%}
    {{ return(rows[0] if rows else none) }}
{% endmacro %}
