{#
    What Mailchimp can make of a column of this type: text, number, boolean, date, timestamp, list (of
    texts), a struct by what its fields are, or other. A type is known by its name alone, whatever
    stands in its labels and among its fields.
#}
{% macro column_kind(data_type) %}
    {%- set parts = dbt_mailchimp.type_parts(data_type) -%}
    {%- if parts.element is not none -%}
        {%- set element = dbt_mailchimp.column_kind(parts.element) -%}
        {{ return("list" if element == "text" else "other") }}
    {%- endif -%}
    {%- if parts.name == "struct" -%}
        {{ return(dbt_mailchimp.struct_kind(data_type)) }}
    {%- endif -%}
    {%- for kind, names in dbt_mailchimp.type_names().items() if parts.name in names -%}
        {{ return(kind) }}
    {%- endfor -%}
    {{ return("other") }}
{% endmacro %}

{# The names of types by what a column of each is; a type of any other name is no merge field. #}
{% macro type_names() %}
    {{
        return(
            {
                "text": dbt_mailchimp.character_types() + ["enum", "uuid", "bit", '"null"'],
                "boolean": ["boolean", "bool"],
                "number": [
                    "tinyint",
                    "smallint",
                    "integer",
                    "int",
                    "int2",
                    "int4",
                    "int8",
                    "bigint",
                    "utinyint",
                    "usmallint",
                    "uinteger",
                ]
                + dbt_mailchimp.floating_types()
                + dbt_mailchimp.wide_types(),
                "date": ["date"],
                "timestamp": [
                    "timestamp",
                    "timestamp without time zone",
                    "timestamp_s",
                    "timestamp_ms",
                    "timestamp_ns",
                    "datetime",
                    "timestamp_ntz",
                ]
                + dbt_mailchimp.zoned_types(),
            }
        )
    }}
{% endmacro %}

{# The types of texts of any characters. #}
{% macro character_types() %}
    {{
        return(
            [
                "varchar",
                "text",
                "string",
                "character varying",
                "character",
                "char",
                "bpchar",
                "nvarchar",
            ]
        )
    }}
{% endmacro %}

{# The types of numbers whose point floats. #}
{% macro floating_types() %}
    {{ return(["float", "float4", "float8", "real", "double", "double precision"]) }}
{% endmacro %}

{# The types of numbers that may have more than the 64 bits that JSON is read with. #}
{% macro wide_types() %}
    {{
        return(
            ["ubigint", "hugeint", "uhugeint", "bignum", "varint", "decimal", "numeric", "number"]
        )
    }}
{% endmacro %}

{# The types of moments, which are a day and an hour in some zone only. #}
{% macro zoned_types() %}
    {{
        return(
            [
                "timestamp with time zone",
                "timestamp with local time zone",
                "timestamptz",
                "timestamptz_ns",
                "timestamp_tz",
                "timestamp_ltz",
            ]
        )
    }}
{% endmacro %}

{# Whether a column of this type holds texts of any characters. #}
{% macro is_character(data_type) %}
    {%- set parts = dbt_mailchimp.type_parts(data_type) -%}
    {{ return(parts.name in dbt_mailchimp.character_types()) }}
{% endmacro %}

{# Whether a column of this type holds moments. #}
{% macro has_zone(data_type) %}
    {%- set parts = dbt_mailchimp.type_parts(data_type) -%}
    {{ return(parts.name in dbt_mailchimp.zoned_types()) }}
{% endmacro %}

{# Whether a column of this type holds numbers of more than the 64 bits that JSON is read with. #}
{% macro is_wide(data_type) %}
    {%- set parts = dbt_mailchimp.type_parts(data_type) -%}
    {{ return(parts.name in dbt_mailchimp.wide_types()) }}
{% endmacro %}

{# Whether a column of this type holds numbers whose point floats. #}
{% macro is_floating(data_type) %}
    {%- set parts = dbt_mailchimp.type_parts(data_type) -%}
    {{ return(parts.name in dbt_mailchimp.floating_types()) }}
{% endmacro %}
