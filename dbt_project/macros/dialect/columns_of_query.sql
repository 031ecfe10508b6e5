{# The columns of a query, in order: objects with `name` and `data_type`; a struct is one column. #}
{% macro columns_of_query(sql) %}
    {{ return(adapter.dispatch("columns_of_query", "dbt_mailchimp")(sql)) }}
{% endmacro %}

{% macro default__columns_of_query(sql) %}
    {{ return(get_column_schema_from_query(sql)) }}
{% endmacro %}

{#- dbt-duckdb gives the fields of a struct in the place of the struct -#}
{% macro duckdb__columns_of_query(sql) %}
    {{
        return(
            dbt_mailchimp.described_columns("describe select * from (" ~ sql ~ "\n) as model")
        )
    }}
{% endmacro %}

{#
    dbt-postgres names types by the numbers that its driver knows, which are none of arrays, of enums and
    of composite types. A composite type is said as a struct, a domain as what it is made of.
#}
{% macro postgres__columns_of_query(sql) %}
    {%- call statement("describe_query") -%}
        drop view if exists pg_temp.loader_described;
        create temporary view loader_described as
        select * from ({{ sql }}
) as model
    {%- endcall -%}
    {%- set query -%}
        with

            described as (

                select
                    attribute.attname as column_name,
                    attribute.attnum as place,
                    attribute.atttypid as type_id,
                    attribute.atttypmod as modifier
                from pg_catalog.pg_attribute as attribute
                where
                    attribute.attrelid = cast('pg_temp.loader_described' as regclass)
                    and attribute.attnum > 0

            )

        select
            described.column_name,
            case
                when type.typtype = 'c'
                then
                    'struct(' || (
                        select
                            string_agg(
                                '"'
                                || replace(field.attname, '"', '""')
                                || '" '
                                || {{ dbt_mailchimp.pg_type_name("field.atttypid", "field.atttypmod") }},
                                ', '
                                order by field.attnum
                            )
                        from pg_catalog.pg_attribute as field
                        where
                            field.attrelid = type.typrelid
                            and field.attnum > 0
                            and not field.attisdropped
                    )
                    || ')'
                else {{ dbt_mailchimp.pg_type_name("described.type_id", "described.modifier") }}
            end as column_type
        from described
        inner join pg_catalog.pg_type as type on described.type_id = type.oid
        order by described.place
    {%- endset -%}
    {%- set columns = dbt_mailchimp.described_columns(query) -%}
    {%- do run_query("drop view pg_temp.loader_described") -%}
    {{ return(columns) }}
{% endmacro %}

{# The name of a type of PostgreSQL: an enum is one, and so is a list of them; a domain is its base. #}
{% macro pg_type_name(type_id, modifier) %}
    (
        select
            case
                when one.typtype = 'e'
                then 'enum'
                when element.typtype = 'e'
                then 'enum[]'
                when one.typtype = 'd'
                then format_type(one.typbasetype, one.typtypmod)
                else format_type(one.oid, {{ modifier }})
            end
        from pg_catalog.pg_type as one
        left join pg_catalog.pg_type as element on one.typelem = element.oid and one.typlen = -1
        where one.oid = {{ type_id }}
    )
{% endmacro %}

{# What a query says of columns, by its `column_name` and `column_type`. #}
{% macro described_columns(query) %}
    {%- set columns = [] -%}
    {%- for row in run_query(query) -%}
        {%- do columns.append({"name": row["column_name"], "data_type": row["column_type"]}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
