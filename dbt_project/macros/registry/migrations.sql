{#
    What brings the shared tables of an older version up to the present: one migration a version. Each is
    a macro that says of a table what becomes of its columns: an old column gives way to the new ones
    that stand beside it, with the SQL that fills them; a column that is not named stays as it is. A new
    version is one more macro at the end of this list, and the number in loader/warehouse/contract.py.
#}
{% macro migrations() %}
    {{ return([dbt_mailchimp.migration_to_2, dbt_mailchimp.migration_to_3]) }}
{% endmacro %}

{# The version of the tables that this package makes and the loader expects. #}
{% macro schema_version() %} {{ return(dbt_mailchimp.migrations() | length + 1) }} {% endmacro %}

{# The version of this package, which is that of the loader. #}
{% macro package_version() %} {{ return("0.1.0") }} {% endmacro %}

{#
    The version of the tables that are there, none where there are no tables yet. Tables that say nothing
    of it are of the first.
#}
{% macro schema_version_found() %}
    {%- if dbt_mailchimp.find_relation("loader_schema_version") -%}
        {%- set query -%}
            select max(version) from {{ dbt_mailchimp.loader_relation("loader_schema_version") }}
        {%- endset -%}
        {{ return(run_query(query).columns[0].values()[0] | int) }}
    {%- endif -%}
    {{ return(1 if dbt_mailchimp.find_relation("loader_ledger") else none) }}
{% endmacro %}

{# Bring the tables up to the present version, all of them or none, and say so. #}
{% macro migrate_loader_tables() %}
    {%- set found = dbt_mailchimp.schema_version_found() -%}
    {%- set latest = dbt_mailchimp.schema_version() -%}
    {%- if found is not none and found > latest -%}
        {%- do exceptions.raise_compiler_error(
            "The loader's tables in the schema "
            ~ target.schema
            ~ " are of version "
            ~ found
            ~ ", and this package knows those up to "
            ~ latest
            ~ ". Upgrade the package dbt_mailchimp."
        ) -%}
    {%- elif found is not none and found < latest -%}
        {%- do log(
            "Bringing the loader's tables from version " ~ found ~ " to " ~ latest,
            info=true,
        ) -%}
        {%- call statement("migrate_loader_tables", auto_begin=true) -%}
            {%- for migration in dbt_mailchimp.migrations()[found - 1 :] -%}
                {%- for name, changes in migration().items() -%}
                    {{ dbt_mailchimp.rebuild_table(name, changes) }}
                {%- endfor -%}
            {%- endfor -%}
            {{ dbt_mailchimp.note_schema_version() }}
        {%- endcall -%}
        {%- do adapter.commit() -%}
    {%- endif -%}
{% endmacro %}

{# Write down which version the tables are of now, as SQL. #}
{% macro note_schema_version() %}
    {%- set versions = dbt_mailchimp.loader_relation("loader_schema_version") -%}
    create table if not exists {{ versions }} (version bigint, migrated_at timestamp);
    insert into {{ versions }} (version, migrated_at)
    select {{ dbt_mailchimp.schema_version() }}, cast({{ dbt_mailchimp.literal(run_started_at.strftime('%Y-%m-%d %H:%M:%S')) }} as timestamp)
    where
        not exists (
            select 1
            from {{ versions }}
            where version = {{ dbt_mailchimp.schema_version() }}
        );
{% endmacro %}

{#
    Make a table anew with other columns and the same rows, as SQL; `changes` has the new columns by the
    old one. A view of that name goes, for it is made again.
#}
{% macro rebuild_table(name, changes) %}
    {%- set old = dbt_mailchimp.find_relation(name) -%}
    {%- if old and old.is_view -%} drop view {{ old }}
        ;
    {%- elif old and changes -%}
        {%- set new = dbt_mailchimp.loader_relation(name ~ "__migrated") -%}
        {%- set there = adapter.get_columns_in_relation(old) | map(attribute="name") | list -%}
        {%- set columns = [] -%}
        {%- for column in there -%}
            {%- for other, sql in changes.get(column, {column: column}).items() -%}
                {%- if other == column or other not in there -%}
                    {%- do columns.append(sql ~ " as " ~ other) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
        create table {{ new }} as
        select {{ columns | join(", ") }}
        from {{ old }}
        ;
        drop table {{ old }};
        alter table {{ new }} rename to {{ name }};
    {%- endif -%}
{% endmacro %}
