{#
    The JSON text of one contact, as SQL: the address, Mailchimp's attributes, the merge fields. The
    status is not in it: it depends on what the list shows at the moment of sending.
#}
{% macro audience_payload(columns, nulls, address="loader_address") %}
    '{"email_address":' || coalesce({{ mailchimp_activation.json_text(address) }}, 'null')
    {%- for column in columns.attributes %}
        || coalesce(
            ',"{{ column.attribute }}":' || {{ mailchimp_activation.attribute_json(column) }}, ''
        )
    {%- endfor %}
    {%- if columns.merge_fields %}
        || ',"merge_fields":{'
        || concat_ws(
            ','
            {%- for column in columns.merge_fields %}
                ,
                {% set value = mailchimp_activation.merge_field_json(column) -%}
                {%- if nulls == "clear" -%} '"{{ column.tag }}":' || coalesce({{ value }}, '""')
                {%- else -%} '"{{ column.tag }}":' || {{ value }}
                {%- endif -%}
            {%- endfor %}
        )
        || '}'
    {%- endif %}
    || '}'
{% endmacro %}

{# A merge value as JSON: Mailchimp takes strings and numbers; a boolean is not one of them. #}
{% macro merge_field_json(column) %}
    {%- set name = mailchimp_activation.column_value(column) -%}
    {%- if column.kind == "number" -%} cast({{ name }} as varchar)
    {%- elif column.kind in ["date", "timestamp"] -%}
        '"' || cast(cast({{ name }} as date) as varchar) || '"'
    {%- elif column.kind == "boolean" -%}
        case when {{ name }} then '"true"' when not {{ name }} then '"false"' end
    {%- else -%} {{ mailchimp_activation.json_text("cast(" ~ name ~ " as varchar)") }}
    {%- endif -%}
{% endmacro %}

{# An attribute as JSON; request timestamps have whole seconds (Marketing API, `timestamp_opt`). #}
{% macro attribute_json(column) %}
    {%- set name = mailchimp_activation.column_value(column) -%}
    {%- if column.kind == "boolean" -%}
        case when {{ name }} then 'true' when not {{ name }} then 'false' end
    {%- elif column.kind in ["date", "timestamp"] -%}
        '"' || substr(cast(cast({{ name }} as timestamp) as varchar), 1, 19) || '"'
    {%- else -%} {{ mailchimp_activation.json_text("cast(" ~ name ~ " as varchar)") }}
    {%- endif -%}
{% endmacro %}

{# The value of a column, as SQL; a moment as what the clocks of UTC showed. #}
{% macro column_value(column) %}
    {%- set name = adapter.quote(column.name) -%}
    {{ return(mailchimp_activation.in_utc(name) if column.zoned else name) }}
{% endmacro %}
