{# What Mailchimp can make of a column of this type: text, number, boolean, date, timestamp or other. #}
{% macro column_kind(data_type) %}
    {%- set type = data_type | lower -%}
    {%- for kind, pattern in [
        (
            "other",
            "struct|map|union|list|array|record|json|blob|binary|bytea|variant|\\[|[{]",
        ),
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
