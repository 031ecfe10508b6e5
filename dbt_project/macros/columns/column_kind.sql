{#
    What Mailchimp can make of a column of this type: text, number, boolean, date, timestamp, list (of
    texts), a struct by what its fields are, or other.
#}
{% macro column_kind(data_type) %}
    {%- set type = data_type | lower -%}
    {%- if type.startswith("struct") -%}
        {{ return(mailchimp_activation.struct_kind(data_type)) }}
    {%- endif -%}
    {%- for kind, pattern in [
        ("list", "^(varchar|text|string|character varying)\\[\\]$"),
        ("other", "map|union|list|array|record|json|blob|binary|bytea|variant|\\[|[{]"),
        ("boolean", "^bool"),
        ("timestamp", "^timestamp|^datetime"),
        ("date", "^date"),
        ("other", "^time|^interval"),
        ("number", "int|^number|^numeric|^decimal|^double|^float|^real"),
    ] -%}
        {%- if modules.re.search(pattern, type) -%} {{ return(kind) }}{%- endif -%}
    {%- endfor -%}
    {{ return("text") }}
{% endmacro %}

{# Whether a column of this type holds moments, which are a day and an hour in some zone only. #}
{% macro has_zone(data_type) %}
    {%- set pattern = "^timestamptz|^timestamp.* with (local )?time zone|^timestamp_(ltz|tz)" -%}
    {{ return(modules.re.search(pattern, data_type | lower) is not none) }}
{% endmacro %}

{# Whether a column of this type holds whole numbers of more than the 64 bits that JSON is read with. #}
{% macro is_wide(data_type) %}
    {%- set pattern = "hugeint|ubigint|^number|^numeric|^decimal" -%}
    {{ return(modules.re.search(pattern, data_type | lower) is not none) }}
{% endmacro %}
